import { enginesUnderTest } from '../engine/engines-under-test';
import { selectEngine } from '../engine/select-engine';
import { operationCases, size } from './operation-cases';
import type { OperationCase } from './operation-cases';
import { tf } from '../tf';

const fixed = (length: number, salt: number): number[] =>
  Array.from({ length }, (_, index) => Math.sin(index * 12.9898 + salt * 78.233 + 1) * 1.3);

/** Derivatives of sum_i w_i y_i by central differences of the definition (double precision: 1e-8 off). */
function slopes(test: OperationCase, inputs: number[][], weights: number[]): number[][] {
  const total = (): number =>
    test.definition(...inputs).reduce((sum, value, index) => sum + value * weights[index]!, 0);
  return inputs.map((values) =>
    values.map((value, index) => {
      values[index] = value + 1e-4;
      const above = total();
      values[index] = value - 1e-4;
      const below = total();
      values[index] = value;
      return (above - below) / 2e-4;
    }),
  );
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  // float32 against double: a few units in the seventh digit, summed over up to 17 products
  expected.forEach((value, index) => {
    const difference = Math.abs(found[index]! - value);
    if (!(difference <= 2e-5 * (1 + Math.abs(value))))
      throw new Error(`[${index}]: found ${found[index]}, expected ${value}`);
  });
}

const slopesOf = new Map<string, number[][]>();

describe.each(enginesUnderTest)('on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  it.each(operationCases)(
    '$name gives its definition and the derivatives of it, and leaves no tensor behind',
    (test) => {
      const plain = test.shapes.map((shape, index) => fixed(size(shape), index));
      const expected = test.definition(...plain);
      const weights = fixed(expected.length, 9);
      const before = { tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() };

      const inputs = plain.map((values, index) => tf.tensor(values, test.shapes[index]!));
      const values = tf.tidy(() => test.op(...inputs));
      const gradients = tf.tidy(() =>
        tf.grads((...tensors: tf.Tensor[]) => {
          const outcome = tf.reshape(test.op(...tensors), [-1]);
          return tf.sum(tf.mul(outcome, tf.tensor1d(weights)));
        })(inputs),
      );

      expectClose(values.dataSync(), expected);
      const derivatives = slopesOf.get(test.name) ?? slopes(test, plain, weights);
      slopesOf.set(test.name, derivatives);
      gradients.forEach((gradient, index) => {
        expect(gradient.shape).toEqual(test.shapes[index]);
        expectClose(gradient.dataSync(), derivatives[index]!);
      });
      tf.dispose([values, gradients, inputs]);
      expect({ tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() }).toEqual(before);
    },
  );
});
