import { selectEngine, ShapeError, tf } from '@tsarank/tensor';
import { differencePenalty } from './difference-penalty';

beforeAll(() => selectEngine('cpu'));

const CURRENT = [
  [0.5, -1, 2, 0],
  [3, 3, -2, 1],
];
const REFERENCE = [
  [0, 0, 1, -1],
  [2, 4, -2, 0],
];

function softmax(row: number[]): number[] {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

describe('differencePenalty', () => {
  it('equals the definition, averaged over rows and summed over the vocabulary', () => {
    const expected =
      CURRENT.map((row, index) => {
        const [q, p] = [softmax(row), softmax(REFERENCE[index]!)];
        return p.reduce((sum, share, token) => sum + share * (Math.log(share) - Math.log(q[token]!)), 0);
      }).reduce((a, b) => a + b) / CURRENT.length;
    const penalty = differencePenalty(tf.tensor2d(CURRENT), tf.tensor2d(REFERENCE)).dataSync()[0];
    expect(penalty).toBeCloseTo(expected, 6);
  });

  it('is 0 for equal models', () => {
    const logits = tf.tensor2d(CURRENT);
    expect(differencePenalty(logits, logits).dataSync()[0]).toBeCloseTo(0, 7);
  });

  it('is unchanged by a constant added to a row of logits', () => {
    const shifted = tf.tensor2d(CURRENT.map((row) => row.map((logit) => logit + 30)));
    const plain = differencePenalty(tf.tensor2d(CURRENT), tf.tensor2d(REFERENCE)).dataSync()[0]!;
    expect(differencePenalty(shifted, tf.tensor2d(REFERENCE)).dataSync()[0]).toBeCloseTo(plain, 5);
  });

  it('stays finite where the reference is certain of a token that the current model rules out', () => {
    expect(differencePenalty(tf.tensor2d([[0, 500]]), tf.tensor2d([[500, 0]])).dataSync()[0]).toBeCloseTo(500, 3);
  });

  it('has the gradient (q - p) / R, scaled by what comes from above', () => {
    const gradient = tf.grad((x) => tf.mul(differencePenalty(x as tf.Tensor2D, tf.tensor2d(REFERENCE)), 3))(
      tf.tensor2d(CURRENT),
    );
    const expected = CURRENT.flatMap((row, index) => {
      const [q, p] = [softmax(row), softmax(REFERENCE[index]!)];
      return q.map((share, token) => (3 * (share - p[token]!)) / CURRENT.length);
    });
    [...gradient.dataSync()].forEach((entry, index) => expect(entry).toBeCloseTo(expected[index]!, 6));
  });

  it('refuses different shapes', () => {
    expect(() => differencePenalty(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow(ShapeError);
    expect(() => differencePenalty(tf.zeros([3]) as unknown as tf.Tensor2D, tf.zeros([2, 4]))).toThrow(ShapeError);
  });

  it('leaves only its result behind, with and without a gradient', () => {
    const [current, reference] = [tf.tensor2d(CURRENT), tf.tensor2d(REFERENCE)];
    const before = tf.memory().numTensors;
    differencePenalty(current, reference).dispose();
    tf.grad((x) => differencePenalty(x as tf.Tensor2D, reference))(current).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
