import { assertFits, tensorOfParts, tf } from '@tsarank/tensor';
import type { ReadPart } from '@tsarank/tensor';
import type { LoadProgress } from './load-progress';

let made = 0;

/**
 * Variables of the given names and shapes, made one at a time; beside them little more is in memory than what `valuesOf`
 * gives at once.
 *
 * The engine wants variable names to be unique, and two models have the same names: a model's number goes in front
 * (`7/model.norm.weight`). What one model's weights are called is said by the map.
 *
 * @param valuesOf Values of a weight, in row-major order: all of them, or a function that reads them part by part.
 * @throws {InputError} before anything is made when the engine's memory can't hold them.
 */
export function fillWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  valuesOf: (name: string, count: number) => Float32Array | ReadPart,
  onProgress: LoadProgress = () => undefined,
): Map<string, tf.Variable> {
  const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const total = [...shapes.values()].reduce((sum, shape) => sum + countOf(shape), 0);
  assertFits({ bytes: 4 * total, what: `a model of ${(total / 1e6).toFixed(1)} million weights` });
  made += 1;
  const weights = new Map<string, tf.Variable>();
  let done = 0;
  try {
    for (const [name, shape] of shapes) {
      const found = valuesOf(name, countOf(shape));
      const readPart = typeof found === 'function' ? found : partsOf(found);
      const values = tensorOfParts(shape, (start, part) => {
        readPart(start, part);
        done += part.length;
        onProgress(4 * done, 4 * total);
      });
      weights.set(name, tf.variable(values, true, `${made}/${name}`));
      values.dispose();
    }
  } catch (error) {
    for (const weight of weights.values()) weight.dispose();
    throw error;
  }
  return weights;
}

/** @throws {RangeError} where there are too few. */
function partsOf(all: Float32Array): ReadPart {
  return (start, part) => part.set(all.subarray(start, start + part.length));
}
