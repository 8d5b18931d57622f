import type { RopeScaling } from '../model-config';

export interface RotaryOptions {
  headSize: number;
  theta: number;
  scaling: RopeScaling | null;
}

type Scaling<T extends RopeScaling['type']> = Extract<RopeScaling, { type: T }>;

/**
 * Rotary frequencies of one head: theta^(-2k/d), k = 0 … d/2 - 1, stretched as `scaling` says, in float32 steps.
 *
 * linear: divided by the factor. dynamic: theta grows with a sequence that is longer than the model was made for.
 * llama3, with wavelength w = 2π/f, low = original / lowFrequencyFactor and high = original / highFrequencyFactor: kept
 * for w < high, divided by the factor for w > low, blended between. yarn: kept for channels that turn fast, divided by
 * the factor for those that turn slowly, blended along a ramp between.
 *
 * @param length Tokens in the sequence.
 *
 * Source: transformers 4.57 `modeling_rope_utils.py`.
 */
export function rotaryFrequencies({ headSize, theta, scaling }: RotaryOptions, length = 0): Float32Array {
  if (scaling?.type === 'dynamic') return plainFrequencies(headSize, rotaryTheta({ headSize, theta, scaling }, length));
  const frequencies = plainFrequencies(headSize, theta);
  switch (scaling?.type) {
    case undefined:
      return frequencies;
    case 'linear':
      return frequencies.map((frequency) => frequency / scaling.factor);
    case 'llama3':
      return frequencies.map((frequency) => blendedByWavelength(frequency, scaling));
    case 'yarn':
      return blendedByRotations(frequencies, theta, scaling);
  }
}

function plainFrequencies(headSize: number, theta: number): Float32Array {
  return Float32Array.from({ length: headSize / 2 }, (_, k) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * k) / headSize))),
  );
}

/**
 * The base of the frequencies of a sequence: theta, but with dynamic scaling, beyond the length that it begins at,
 * theta · (factor · length / maximum - (factor - 1))^(d / (d - 2)).
 */
export function rotaryTheta({ headSize, theta, scaling }: RotaryOptions, length: number): number {
  if (scaling?.type !== 'dynamic' || length <= scaling.maxPositions) return theta;
  const { factor, maxPositions } = scaling;
  // Heads of two channels have one frequency, 1, whatever theta is.
  return headSize === 2
    ? theta
    : theta * ((factor * length) / maxPositions - (factor - 1)) ** (headSize / (headSize - 2));
}

function blendedByWavelength(frequency: number, scaling: Scaling<'llama3'>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original } = scaling;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < original / high) return frequency;
  if (wavelength > original / low) return frequency / factor;
  const smooth = (original / wavelength - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

function blendedByRotations(frequencies: Float32Array, theta: number, scaling: Scaling<'yarn'>): Float32Array {
  const { factor, fastRotations, slowRotations, originalMaxPositions, truncate } = scaling;
  const size = 2 * frequencies.length;
  /** The channel that turns so often over the original length. */
  const channel = (rotations: number): number =>
    (size * Math.log(originalMaxPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const from = Math.max(truncate ? Math.floor(channel(fastRotations)) : channel(fastRotations), 0);
  const to = Math.min(truncate ? Math.ceil(channel(slowRotations)) : channel(slowRotations), size - 1);
  const width = from === to ? 0.001 : to - from;
  return frequencies.map((frequency, k) => {
    const slowed = Math.min(Math.max((k - from) / width, 0), 1);
    return (frequency / factor) * slowed + frequency * (1 - slowed);
  });
}
