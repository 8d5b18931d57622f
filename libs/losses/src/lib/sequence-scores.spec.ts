import { selectEngine, tf } from '@tsarank/tensor';
import { sequenceScores } from './sequence-scores';

beforeAll(() => selectEngine('cpu'));

describe('sequenceScores', () => {
  it('averages the rows of each sequence and passes over rows of none', () => {
    const scores = sequenceScores(tf.tensor1d([-1, -100, -3, -9]), [0, -1, 0, 1], 2).dataSync();
    expect([...scores]).toEqual([-2, -9]);
  });

  it('gives each row of a sequence an equal share of the gradient', () => {
    const gradient = tf.grad((x) => sequenceScores(x as tf.Tensor1D, [0, -1, 0, 1], 2))(
      tf.tensor1d([-1, -100, -3, -9]),
      tf.tensor1d([2, 3]),
    );
    expect([...gradient.dataSync()]).toEqual([1, 0, 1, 3]);
  });

  it('names a sequence without rows and a wrong length', () => {
    expect(() => sequenceScores(tf.tensor1d([-1]), [0], 2)).toThrow('sequence 1 has no row to score');
    expect(() => sequenceScores(tf.tensor1d([-1]), [0, 0], 1)).toThrow('must have 1 entries');
  });

  it('leaves only its result behind', () => {
    const logProbs = tf.tensor1d([-1, -2]);
    const before = tf.memory().numTensors;
    sequenceScores(logProbs, [0, 1], 2).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
