import { selectEngine, tf } from '@tsarank/tensor';
import { positionBucket, relativePositionBias } from './relative-position-bias';

/** The first distance of each bucket. */
const starts = (options: Parameters<typeof positionBucket>[1], sign = -1): number[] =>
  Array.from({ length: 400 }, (_, distance) => distance).filter(
    (distance) =>
      distance === 0 || positionBucket(sign * distance, options) !== positionBucket(sign * (distance - 1), options),
  );

describe('positionBucket', () => {
  it('gives the published buckets as transformers does', () => {
    // Of `T5Attention._relative_position_bucket(-torch.arange(400), bidirectional, 32, 128)`.
    const oneWay = { buckets: 32, maxDistance: 128, bothWays: false };
    expect(starts(oneWay)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99,
      113,
    ]);
    const bothWays = { ...oneWay, bothWays: true };
    expect(starts(bothWays)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]);
    expect(positionBucket(91, bothWays) - positionBucket(-91, bothWays)).toBe(16);
    expect(positionBucket(7, oneWay)).toBe(0);
  });

  // Double precision gives each the bucket before.
  it.each([
    [-6, { buckets: 4, maxDistance: 18, bothWays: false }, 3],
    [-8, { buckets: 9, maxDistance: 128, bothWays: false }, 5],
    [-64, { buckets: 18, maxDistance: 128, bothWays: true }, 8],
    [12, { buckets: 16, maxDistance: 36, bothWays: true }, 14],
  ])('takes the logarithm in float32, as transformers: %d of %j', (relative, options, expected) => {
    expect(positionBucket(relative, options)).toBe(expected);
  });
});

describe('relativePositionBias', () => {
  beforeAll(() => selectEngine('cpu'));

  it('reads for every query and key the row of their distance', () => {
    const table = tf.tensor2d([
      [0, 100],
      [1, 101],
      [2, 102],
      [3, 103],
      [4, 104],
      [5, 105],
    ]);
    const bias = relativePositionBias(table, 3, { buckets: 6, maxDistance: 9, bothWays: true });
    expect(bias.shape).toEqual([1, 2, 3, 3]);
    const bucket = (relative: number) => positionBucket(relative, { buckets: 6, maxDistance: 9, bothWays: true });
    const rows = [0, 1, 2].flatMap((query) => [0, 1, 2].map((key) => bucket(key - query)));
    expect([...bias.dataSync()]).toEqual([...rows, ...rows.map((row) => 100 + row)]);
  });
});
