import { selectEngine, tf } from '@tsarank/tensor';
import { clipFactor, globalNorm } from './gradient-norm';

beforeAll(() => selectEngine('cpu'));

describe('globalNorm', () => {
  it('takes all tensors, of any rank, as one vector', async () => {
    expect(
      await globalNorm([
        tf.tensor2d([
          [1, 2],
          [4, 0],
        ]),
        tf.tensor1d([2]),
        tf.scalar(12),
      ]),
    ).toBeCloseTo(13, 5);
  });

  it('is 0 for no gradient and leaves no tensor', async () => {
    const gradient = tf.tensor1d([3, 4]);
    const before = tf.memory().numTensors;
    expect(await globalNorm([])).toBe(0);
    expect(await globalNorm([gradient])).toBeCloseTo(5, 6);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('clipFactor', () => {
  it('shrinks a long gradient, leaves a short one, and does nothing at 0', () => {
    expect(clipFactor(4, 1)).toBeCloseTo(1 / 4.000001, 12);
    expect(clipFactor(0.5, 1)).toBe(1);
    expect(clipFactor(1000, 0)).toBe(1);
  });
});
