import { tf } from '@tsarank/tensor';
import type { RopeScaling } from '../model-config';

/** Cosines and signed sines of every position and channel, each [1, 1, S, d], or [B, 1, S, d] for own positions. */
export interface RotaryTable {
  cosine: tf.Tensor4D;
  /** The first half of the channels carries the minus sign of rotate_half. */
  sine: tf.Tensor4D;
}

export interface RotaryOptions {
  headSize: number;
  theta: number;
  scaling: RopeScaling | null;
}

/**
 * Rotary frequencies of one head: theta^(-2k/d), k = 0 … d/2 - 1, stretched as `scaling` says, in float32 steps.
 *
 * linear: divided by the factor. llama3, with wavelength w = 2π/f, low = original / lowFrequencyFactor and
 * high = original / highFrequencyFactor: kept for w < high, divided by the factor for w > low, blended between.
 *
 * Source: transformers 4.57 `modeling_rope_utils.py`.
 */
export function rotaryFrequencies({ headSize, theta, scaling }: RotaryOptions): Float32Array {
  const frequencies = Float32Array.from({ length: headSize / 2 }, (_, k) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * k) / headSize))),
  );
  if (!scaling) return frequencies;
  if (scaling.type === 'linear') return frequencies.map((frequency) => frequency / scaling.factor);
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original } = scaling;
  return frequencies.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < original / high) return frequency;
    if (wavelength > original / low) return frequency / factor;
    const smooth = (original / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/** The table for positions 0 … length - 1. */
export function rotaryTable(length: number, options: RotaryOptions): RotaryTable {
  return tableOf(
    Array.from({ length }, (_, position) => position),
    [1, 1, length, options.headSize],
    options,
  );
}

/** The table for tokens that lie at positions of their own, [B, S] row by row. */
export function rotaryTableAt(positions: Int32Array, batch: number, options: RotaryOptions): RotaryTable {
  return tableOf(positions, [batch, 1, positions.length / batch, options.headSize], options);
}

function tableOf(
  positions: ArrayLike<number>,
  shape: [number, number, number, number],
  options: RotaryOptions,
): RotaryTable {
  const { headSize } = options;
  const half = headSize / 2;
  const frequencies = rotaryFrequencies(options);
  const cosine = new Float32Array(positions.length * headSize);
  const sine = new Float32Array(positions.length * headSize);
  for (let row = 0; row < positions.length; row += 1) {
    for (let k = 0; k < half; k += 1) {
      const angle = Math.fround(positions[row]! * frequencies[k]!);
      const at = row * headSize + k;
      cosine[at] = cosine[at + half] = Math.cos(angle);
      sine[at] = -Math.sin(angle);
      sine[at + half] = Math.sin(angle);
    }
  }
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
