import { tf } from '@tsarank/tensor';
import { rotaryFrequencies } from './rotary-frequencies';
import type { RotaryOptions } from './rotary-frequencies';

/** Cosines and signed sines of every position and channel, each [1, 1, S, d], or [B, 1, S, d] for own positions. */
export interface RotaryTable {
  cosine: tf.Tensor4D;
  /** The first half of the channels carries the minus sign of rotate_half. */
  sine: tf.Tensor4D;
}

/** The table for positions 0 … length - 1. */
export function rotaryTable(length: number, options: RotaryOptions): RotaryTable {
  return rotaryTableAt(
    Int32Array.from({ length }, (_, position) => position),
    1,
    options,
  );
}

/**
 * The table for tokens that lie at positions of their own, [B, S] row by row.
 *
 * @param lengths Of the sequence in each row, which decides dynamic scaling; default: its last position + 1.
 */
export function rotaryTableAt(
  positions: Int32Array,
  batch: number,
  options: RotaryOptions,
  lengths?: ArrayLike<number>,
): RotaryTable {
  const { headSize, scaling } = options;
  const half = headSize / 2;
  const width = positions.length / batch;
  const factor = scaling?.type === 'yarn' ? scaling.attentionFactor : 1;
  const cosine = new Float32Array(positions.length * headSize);
  const sine = new Float32Array(positions.length * headSize);
  for (let line = 0; line < batch; line += 1) {
    const own = positions.subarray(line * width, (line + 1) * width);
    const frequencies = rotaryFrequencies(options, lengths?.[line] ?? Math.max(...own) + 1);
    for (let token = 0; token < width; token += 1) {
      for (let k = 0; k < half; k += 1) {
        const angle = Math.fround(own[token]! * frequencies[k]!);
        const at = (line * width + token) * headSize + k;
        cosine[at] = cosine[at + half] = factor * Math.cos(angle);
        sine[at] = -factor * Math.sin(angle);
        sine[at + half] = factor * Math.sin(angle);
      }
    }
  }
  const shape: [number, number, number, number] = [batch, 1, width, headSize];
  return { cosine: tf.tensor4d(cosine, shape), sine: tf.tensor4d(sine, shape) };
}

/**
 * Rotary positions, half-split: x · cos + [-x₂, x₁] · sin, where x₁ and x₂ are the halves of a head's channels.
 *
 * @param x Queries or keys, [B, heads, S, d].
 *
 * Source: Su et al. 2021 (arXiv 2104.09864); transformers `apply_rotary_pos_emb`.
 */
export function applyRotary(x: tf.Tensor4D, { cosine, sine }: RotaryTable): tf.Tensor4D {
  return tf.tidy(() => {
    const [first, second] = tf.split(x, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
    const swapped = tf.concat([second, first], 3);
    return tf.add(tf.mul(x, cosine), tf.mul(swapped, sine)) as tf.Tensor4D;
  });
}
