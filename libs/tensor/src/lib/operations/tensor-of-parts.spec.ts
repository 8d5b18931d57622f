import * as tf from '@tensorflow/tfjs';
import { enginesUnderTest } from '../engine/engines-under-test';
import { selectEngine } from '../engine/select-engine';
import { tensorOfParts } from './tensor-of-parts';

describe.each(enginesUnderTest)('tensorOfParts on %s', (engine) => {
  beforeAll(async () => void (await selectEngine(engine)));

  const numbered = (start: number, values: Float32Array) =>
    values.forEach((_, index) => (values[index] = start + index));

  it.each([[[3, 4]], [[5]], [[2, 3, 4]], [[1100, 1000]], [[3, 600_000]], [[0, 3]], [[]]])(
    'holds the numbers of %p in their places',
    (shape) => {
      const { numTensors } = tf.memory();
      const tensor = tensorOfParts(shape, numbered);
      expect(tensor.shape).toEqual(shape);
      const values = tensor.dataSync();
      expect(values).toHaveLength(tf.util.sizeFromShape(shape));
      expect(values.every((value, index) => value === index)).toBe(true);
      expect(tf.memory().numTensors).toBe(numTensors + 1);
      tensor.dispose();
    },
  );

  it('is a tensor like any other: variables, sums, products', () => {
    const tensor = tensorOfParts([2, 3], numbered);
    const variable = tf.variable(tensor);
    tensor.dispose();
    expect(tf.tidy(() => tf.matMul(variable, tf.ones([3, 1])).dataSync())).toEqual(Float32Array.of(3, 12));
    variable.assign(tf.zeros([2, 3]));
    expect(variable.dataSync()).toEqual(new Float32Array(6));
    variable.dispose();
  });

  it('leaves nothing behind when reading fails', () => {
    const { numTensors } = tf.memory();
    const failing = () => {
      throw new RangeError('no more');
    };
    expect(() => tensorOfParts([2, 3], failing)).toThrow('no more');
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
