import { selectEngine, ShapeError, tf } from '@tsarank/tensor';
import { nextTokenLoss } from './next-token-loss';

beforeAll(() => selectEngine('cpu'));

describe('nextTokenLoss', () => {
  it('is the mean negative log-probability', () => {
    expect(nextTokenLoss(tf.tensor1d([-1, -3, -5])).dataSync()[0]).toBeCloseTo(3, 6);
  });

  it('stays finite for a token of vanishing probability', () => {
    expect(nextTokenLoss(tf.tensor1d([-1e30, 0])).dataSync()[0]).toBeCloseTo(5e29, -24);
  });

  it('has the gradient -1/R on every row', () => {
    const gradient = tf
      .grad((x) => nextTokenLoss(x as tf.Tensor1D))(tf.tensor1d([-1, -2, -3, -4]))
      .dataSync();
    expect([...gradient]).toEqual([-0.25, -0.25, -0.25, -0.25]);
  });

  it('refuses another rank and no rows', () => {
    expect(() => nextTokenLoss(tf.tensor2d([[1]]) as unknown as tf.Tensor1D)).toThrow(ShapeError);
    expect(() => nextTokenLoss(tf.tensor1d([]))).toThrow('at least one row');
  });

  it('leaves only its result behind', () => {
    const logProbs = tf.tensor1d([-1, -2]);
    const before = tf.memory().numTensors;
    nextTokenLoss(logProbs).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
