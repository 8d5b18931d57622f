import { tf } from '@tsarank/tensor';
import { rotaryTableAt } from '../../parts/rotary';
import type { RotaryTable } from '../../parts/rotary';
import { rotaryTheta } from '../../parts/rotary-frequencies';
import type { Places } from '../decoder-family';
import type { LlamaConfig } from './llama-config';

type RotaryConfig = Pick<LlamaConfig, 'headSize' | 'ropeTheta' | 'ropeScaling'>;

/** `DecoderFamily.rotaryBase` */
export function llamaRotaryBase(
  { headSize, ropeTheta: theta, ropeScaling: scaling }: RotaryConfig,
  length: number,
): number {
  return rotaryTheta({ headSize, theta, scaling }, length);
}

/**
 * The rotary table of a batch.
 *
 * Dynamic scaling depends on how long a sequence is. A sequence of a padded batch is turned as it would be alone:
 * transformers takes the longest of the batch, and keeps what a longer batch before has left.
 */
export function llamaRotary(
  { headSize, ropeTheta: theta, ropeScaling: scaling }: RotaryConfig,
  { positions, batch, length, mask, lengths: known }: Places,
): RotaryTable {
  const options = { headSize, theta, scaling };
  const isStretched = scaling?.type === 'dynamic' && length > scaling.maxPositions;
  if (known || !isStretched || batch > 1) return rotaryTableAt(positions, batch, options, known);
  const lengths = realLengths(mask);
  const rows = Int32Array.from({ length: lengths.length * length }, (_, at) => positions[at % length]!);
  return rotaryTableAt(rows, lengths.length, options, lengths);
}

/** One past the last token of each sequence that its last row sees. */
function realLengths(mask: tf.Tensor4D): number[] {
  const [rows, , length] = mask.shape;
  const seen = tf.tidy(() => tf.slice(mask, [0, 0, length - 1, 0], [rows, 1, 1, length]).dataSync());
  return Array.from({ length: rows }, (_, row) => seen.subarray(row * length, (row + 1) * length).lastIndexOf(0) + 1);
}
