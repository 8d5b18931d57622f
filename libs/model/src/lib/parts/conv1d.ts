import { tf } from '@tsarank/tensor';
import type { Projection } from './linear';
import { lowRankProduct } from './low-rank';

/**
 * y = x W + b of every token with a matrix [in, out], the layout of GPT-2's files, and what its adapter adds.
 *
 * @param x [B, S, in]
 * @returns [B, S, out]
 *
 * Source: transformers `pytorch_utils.py` `Conv1D`.
 */
export function conv1d(x: tf.Tensor3D, { weight, bias, adapter }: Projection): tf.Tensor3D {
  const [batch, length, into] = x.shape;
  const flat = tf.reshape(x, [batch * length, into]) as tf.Tensor2D;
  const product = tf.matMul(flat, weight as tf.Tensor2D);
  const plain = bias ? tf.add(product, bias) : product;
  const rows = adapter ? tf.add(plain, lowRankProduct(flat, adapter)) : plain;
  return tf.reshape(rows, [batch, length, weight.shape[1]!]);
}
