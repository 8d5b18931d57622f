import type { ReadPart, tf } from '@tsarank/tensor';
import type { TensorSource } from '../containers/tensor-source';
import type { ExpectedWeights } from './expected-weights';
import { fillWeights } from './fill-weights';
import type { LoadProgress } from './load-progress';
import { misshapenTensors, refuseWrongTensors } from './wrong-tensors';

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
export function tensorHomes(
  { shapes, nameOf }: Pick<ExpectedWeights, 'shapes' | 'nameOf'>,
  source: TensorSource,
): Map<string, string> {
  const homes = new Map<string, string>();
  const unexpected: string[] = [];
  for (const stored of source.entries.keys()) {
    const name = nameOf(stored);
    if (name === null) continue;
    if (name !== undefined && shapes.has(name) && !homes.has(name)) homes.set(name, stored);
    else unexpected.push(stored);
  }
  const missing = [...shapes.keys()].filter((name) => !homes.has(name));
  refuseWrongTensors(source.file, { missing, unexpected, misshapen: misshapenTensors(homes, source, shapes) });
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
