import type { StoredTensor } from '../containers/safetensors/safetensors-reader';

/**
 * Largest difference over the largest magnitude of the reference, or over `least` where that is more.
 *
 * @throws {RangeError} when there are more or fewer values.
 */
export function relativeDifference(found: Float32Array, wanted: Float32Array, least = 0): number {
  if (found.length !== wanted.length)
    throw new RangeError(`${found.length} values, the reference has ${wanted.length}`);
  return largest(wanted.map((value, index) => value - found[index]!)) / Math.max(largest(wanted), least);
}

/**
 * The weights whose gradients differ from the reference's by 1e-3 or more.
 *
 * @param gradients By the name of the weight.
 * @param expected A fixture's tensors: `gradient/` and the name.
 */
export function wrongGradients(
  gradients: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, StoredTensor>,
): { name: string; error: number }[] {
  const wanted = (name: string) => expected.get(`gradient/${name}`)!.data;
  // A key's bias moves all scores of a query alike: its gradient is 0, and rounding the whole of what is found there.
  const least = 1e-4 * Math.max(...[...gradients.keys()].map((name) => largest(wanted(name))));
  return [...gradients]
    .map(([name, found]) => ({ name, error: relativeDifference(found, wanted(name), least) }))
    .filter(({ error }) => !(error < 1e-3));
}

/** Largest magnitude; NaN where there is one. */
function largest(values: Float32Array): number {
  return values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
}
