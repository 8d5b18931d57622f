import { gatherRows, tf } from '@tsarank/tensor';

export interface RelativePositions {
  /** Rows of the table. */
  buckets: number;
  /** From here on all distances share one bucket. */
  maxDistance: number;
  /** Keys behind the query have buckets of their own, half of them; else they share that of distance 0. */
  bothWays: boolean;
}

/**
 * The bucket of a key's place less the query's: small distances have one each, larger ones share, ever more of them as
 * their logarithm grows.
 *
 * The logarithm is float32's, as in the reference: at distances that lie exactly between two buckets, double precision
 * would give the other one.
 *
 * Source: Raffel et al. 2020 (arXiv 1910.10683); transformers 4.57 `T5Attention._relative_position_bucket`.
 *
 * @example
 * positionBucket(-20, { buckets: 32, maxDistance: 128, bothWays: false }); // 17
 */
export function positionBucket(relative: number, { buckets, maxDistance, bothWays }: RelativePositions): number {
  const count = bothWays ? Math.floor(buckets / 2) : buckets;
  const first = bothWays && relative > 0 ? count : 0;
  const distance = bothWays ? Math.abs(relative) : Math.max(-relative, 0);
  const exact = Math.floor(count / 2);
  if (distance < exact) return first + distance;
  const { fround, log } = Math;
  const share = fround(fround(log(fround(distance / exact))) / fround(log(maxDistance / exact)));
  return first + Math.min(exact + Math.trunc(fround(share * (count - exact))), count - 1);
}

/**
 * What is added to the attention scores of a sequence, head by head: [1, H, S, S] (query, key), differentiable.
 *
 * @param table [buckets, H]
 */
export function relativePositionBias(table: tf.Tensor, length: number, positions: RelativePositions): tf.Tensor4D {
  return tf.tidy(() => {
    const ofRelative = Int32Array.from({ length: 2 * length - 1 }, (_, at) =>
      positionBucket(at - length + 1, positions),
    );
    const rows = new Int32Array(length * length);
    for (let query = 0; query < length; query += 1) {
      const first = length - 1 - query;
      rows.set(ofRelative.subarray(first, first + length), query * length);
    }
    const picked = tf.reshape(gatherRows(table as tf.Tensor2D, tf.tensor1d(rows, 'int32')), [1, length, length, -1]);
    return tf.transpose(picked, [0, 3, 1, 2]) as tf.Tensor4D;
  });
}
