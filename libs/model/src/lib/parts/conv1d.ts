import { tf } from '@tsarank/tensor';
import type { Projection } from './linear';

/**
 * y = x W + b of every token with a matrix [in, out], the layout of GPT-2's files.
 *
 * @param x [B, S, in]
 * @returns [B, S, out]
 *
 * Source: transformers `pytorch_utils.py` `Conv1D`.
 */
export function conv1d(x: tf.Tensor3D, { weight, bias }: Projection): tf.Tensor3D {
  const [batch, length, into] = x.shape;
  const product = tf.matMul(tf.reshape(x, [batch * length, into]), weight as tf.Tensor2D);
  return tf.reshape(bias ? tf.add(product, bias) : product, [batch, length, weight.shape[1]!]);
}
