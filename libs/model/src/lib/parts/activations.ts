import { tf } from '@tsarank/tensor';

/** √(2/π) as BLOOM's code writes it; transformers' `gelu_new` computes it to more digits, the same in float32. */
const CONSTANT = Math.sqrt(2 / Math.PI);

/**
 * GELU in its tanh form: 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
 *
 * Source: Hendrycks and Gimpel 2016 (arXiv 1606.08415); transformers `NewGELUActivation`, `BloomGelu`.
 */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), CONSTANT);
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1)) as T;
  });
}

/** GELU by the error function: 0.5 x (1 + erf(x / √2)). Source: transformers `GELUActivation`. */
export function geluErf<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)) as T);
}
