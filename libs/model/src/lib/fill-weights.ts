import { assertFits, tf } from '@tsarank/tensor';

let made = 0;

/**
 * Variables of the given names and shapes, made one at a time.
 *
 * The engine wants variable names to be unique, and two models have the same names: a model's number goes in front
 * (`7/model.norm.weight`). What one model's weights are called is said by the map.
 *
 * @param valuesOf Values of a weight, in row-major order.
 * @throws {InputError} before anything is made when the engine's memory can't hold them.
 */
export function fillWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  valuesOf: (name: string, count: number) => Float32Array,
): Map<string, tf.Variable> {
  const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const total = [...shapes.values()].reduce((sum, shape) => sum + countOf(shape), 0);
  assertFits({ bytes: 4 * total, what: `a model of ${(total / 1e6).toFixed(1)} million weights` });
  made += 1;
  const weights = new Map<string, tf.Variable>();
  try {
    for (const [name, shape] of shapes) {
      const values = tf.tensor(valuesOf(name, countOf(shape)), [...shape], 'float32');
      weights.set(name, tf.variable(values, true, `${made}/${name}`));
      values.dispose();
    }
  } catch (error) {
    for (const weight of weights.values()) weight.dispose();
    throw error;
  }
  return weights;
}
