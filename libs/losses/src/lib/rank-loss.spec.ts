import { selectEngine, ShapeError, tf } from '@tsarank/tensor';
import { rankLoss } from './rank-loss';

beforeAll(() => selectEngine('cpu'));

const plain = { temperature: 1, transform: 'identity' } as const;
const value = (scores: number[][], options = {}): number => rankLoss(tf.tensor2d(scores), options).dataSync()[0]!;

describe('rankLoss', () => {
  it.each([
    ['one query', [[2, 1, 3]]],
    [
      'two queries',
      [
        [2, 1, 3],
        [0, -1, 0.5],
      ],
    ],
    ['a group of two', [[0.1, 0.4]]],
  ])('equals the definition: %s', (_name, scores) => {
    const expected =
      scores
        .map((row) => -Math.log(Math.exp(row[0]!) / row.reduce((sum, score) => sum + Math.exp(score), 0)))
        .reduce((a, b) => a + b) / scores.length;
    expect(value(scores, plain)).toBeCloseTo(expected, 5);
  });

  it('feeds exp(mean log-probability) / 0.001 by default', () => {
    const [a, b] = [Math.exp(-3) / 0.001, Math.exp(-3.01) / 0.001];
    expect(value([[-3, -3.01]])).toBeCloseTo(Math.log(1 + Math.exp(b - a)), 4);
  });

  it('stays finite where one score leads by thousands', () => {
    expect(value([[0, -1000, -2000]])).toBeCloseTo(0, 12);
    expect(value([[-5000, 0]], plain)).toBeCloseTo(5000, 3);
  });

  it('is unchanged by a constant added to every score', () => {
    expect(value([[7, 6, 8]], plain)).toBeCloseTo(value([[2, 1, 3]], plain), 5);
  });

  it('has the gradient softmax minus one-hot', () => {
    const gradient = tf
      .grad((scores) => rankLoss(scores as tf.Tensor2D, plain))(tf.tensor2d([[2, 1, 3]]))
      .dataSync();
    const sum = Math.exp(2) + Math.exp(1) + Math.exp(3);
    const expected = [Math.exp(2) / sum - 1, Math.exp(1) / sum, Math.exp(3) / sum];
    expected.forEach((entry, index) => expect(gradient[index]).toBeCloseTo(entry, 5));
  });

  it('refuses another rank and a temperature of 0', () => {
    expect(() => rankLoss(tf.tensor1d([1, 2]) as unknown as tf.Tensor2D)).toThrow(ShapeError);
    expect(() => rankLoss(tf.tensor2d([[1, 2]]), { temperature: 0 })).toThrow('temperature must be > 0, got 0');
  });

  it('leaves only its result behind', () => {
    const scores = tf.tensor2d([[2, 1, 3]]);
    const before = tf.memory().numTensors;
    rankLoss(scores).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
