import type { tf } from '@tsarank/tensor';
import { assignData } from '../optimizer/adam-w';
import type { AdamW } from '../optimizer/adam-w';
import type { SavedTensor } from './checkpoint';

type Weights = ReadonlyMap<string, tf.Variable>;

/** Values of the trainable weights and of both moments, as `weights/`, `first/` and `second/` + weight name. */
export async function trainingTensors(weights: Weights, { moments }: AdamW): Promise<Map<string, SavedTensor>> {
  const tensors = new Map<string, SavedTensor>();
  const kinds = { weights, first: moments.first, second: moments.second };
  for (const [kind, variables] of Object.entries(kinds)) {
    for (const [name, variable] of variables) {
      const data = (await variable.data()) as Float32Array;
      tensors.set(`${kind}/${name}`, { shape: variable.shape, data });
    }
  }
  return tensors;
}

/**
 * Puts saved values back into the trainable weights and the optimizer.
 *
 * @throws {RangeError} naming a weight whose values are missing or of another size.
 */
export function restoreTraining(
  tensors: ReadonlyMap<string, SavedTensor>,
  step: number,
  weights: Weights,
  optimizer: AdamW,
): void {
  const kind = (prefix: string): Map<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { data }]) => [name.slice(prefix.length), data]),
    );
  const saved = kind('weights/');
  for (const [name, weight] of weights) assignData(weight, saved.get(name), name);
  optimizer.restore(step, { first: kind('first/'), second: kind('second/') });
}
