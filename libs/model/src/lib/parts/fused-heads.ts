import { tf } from '@tsarank/tensor';
import { splitHeads } from './attention';

/** Query, key and value, each [B, H, S, d]. */
export type QueryKeyValue = [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];

/** A fused projection's result [B, S, 3 · H · d] that holds all queries, then all keys, then all values. */
export function splitBlocks(fused: tf.Tensor3D, heads: number): QueryKeyValue {
  return tf.tidy(
    () => (tf.split(fused, 3, 2) as tf.Tensor3D[]).map((part) => splitHeads(part, heads)) as QueryKeyValue,
  );
}

/** A fused projection's result [B, S, H · 3 · d] that holds query, key and value of one head after another. */
export function splitInterleaved(fused: tf.Tensor3D, heads: number): QueryKeyValue {
  return tf.tidy(() => tf.split(splitHeads(fused, heads), 3, 3) as QueryKeyValue); // of [B, H, S, 3d]
}
