import { InputError } from '@tsarank/io';
import type { ReadPart, tf } from '@tsarank/tensor';
import type { TensorSource } from '../containers/tensor-source';
import type { ExpectedWeights } from './expected-weights';
import { fillWeights } from './fill-weights';
import type { LoadProgress } from './load-progress';

const LISTED = 5;

/**
 * The weights of a model out of a file, tensor by tensor.
 *
 * @param onProgress Told as the weights come in.
 * @throws {InputError} as tensorHomes.
 */
export function readWeights(
  expected: Pick<ExpectedWeights, 'shapes' | 'nameOf'>,
  source: TensorSource,
  onProgress?: LoadProgress,
): Map<string, tf.Variable> {
  const homes = tensorHomes(expected, source);
  return fillWeights(expected.shapes, (name) => partsOf(source, homes.get(name)!), onProgress);
}

/**
 * The names in a file of a model's weights, by their names in the model. Reads no tensor.
 *
 * @throws {InputError} listing the tensors that are missing, unexpected or of another shape.
 */
export function tensorHomes({ shapes, nameOf }: Pick<ExpectedWeights, 'shapes' | 'nameOf'>, source: TensorSource): Map<string, string> {
  const homes = new Map<string, string>();
  const unexpected: string[] = [];
  for (const stored of source.entries.keys()) {
    const name = nameOf(stored);
    if (name === null) continue;
    if (name !== undefined && shapes.has(name) && !homes.has(name)) homes.set(name, stored);
    else unexpected.push(stored);
  }
  const missing = [...shapes.keys()].filter((name) => !homes.has(name));
  const misshapen = [...homes].flatMap(([name, stored]) => {
    const found = source.entries.get(stored)!.shape.join(', ');
    const expected = shapes.get(name)!.join(', ');
    return found === expected ? [] : [`${stored} [${found}], expected [${expected}]`];
  });
  const problems = [listed('missing tensors', missing), listed('unexpected tensors', unexpected), listed('tensors of another shape', misshapen)];
  const message = problems.filter((problem) => problem !== '').join('; ');
  if (message !== '') throw new InputError({ file: source.file, message });
  return homes;
}

/** Part by part; of a source that gives all at once, all is kept until the last part has been taken. */
function partsOf(source: TensorSource, stored: string): ReadPart {
  let whole: Float32Array | undefined;
  return (start, values) => {
    const found = whole ?? source.read(stored, { start, values });
    if (found === values) return;
    whole = found;
    values.set(found.subarray(start, start + values.length));
  };
}

/** What is wrong with some tensors, the first of them by name; empty where there are none. */
export function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${what}: ${names.slice(0, LISTED).join(', ')}${rest}`;
}
