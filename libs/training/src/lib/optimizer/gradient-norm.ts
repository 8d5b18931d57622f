import { tf } from '@tsarank/tensor';

/**
 * Euclidean norm of all gradients taken as one vector: sqrt(sum_i sum_j g_ij^2).
 *
 * Each tensor is summed along its last axis first, which keeps single precision accurate over millions of entries;
 * the tensors' sums are added in double precision.
 *
 * Source: PyTorch, `torch.nn.utils.clip_grad_norm_` (norm_type 2).
 */
export async function globalNorm(gradients: readonly tf.Tensor[]): Promise<number> {
  if (gradients.length === 0) return 0;
  const squares = tf.tidy(() =>
    tf.stack(gradients.map((gradient) => tf.sum(tf.sum(tf.square(tf.reshape(gradient, rowsOf(gradient))), -1)))),
  );
  const values = await squares.data();
  squares.dispose();
  return Math.sqrt([...values].reduce((sum, value) => sum + value, 0));
}

/**
 * Factor that brings a gradient of the given norm down to `clipNorm`: min(1, clipNorm / (norm + 1e-6)); 1 where
 * `clipNorm` is 0 (off).
 *
 * Source: PyTorch, `torch.nn.utils.clip_grad_norm_`.
 *
 * @example
 * clipFactor(4, 1); // 0.24999994
 */
export function clipFactor(norm: number, clipNorm: number): number {
  return clipNorm === 0 ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
}

function rowsOf(tensor: tf.Tensor): [number, number] {
  const last = tensor.shape.at(-1) ?? 1;
  return [tensor.size / last, last];
}
