import { tf } from '@tsarank/tensor';
import { rotaryTableAt } from '../parts/rotary';
import type { RotaryTable } from '../parts/rotary';
import type { Places } from './decoder-family';
import type { QwenConfig } from './qwen-config';

/**
 * Rotary table of a batch. With dynamic NTK the base grows with the real length of a sequence beyond the trained length:
 * theta · alpha^(r/(r-2)), alpha = 2^ceil(log2(length / trained) + 1) - 1.
 *
 * @throws {RangeError} where branches on a shared stem are longer than that: the stem would differ from one to another.
 *
 * Source: `QWenModel.get_ntk_alpha` in `modeling_qwen.py`.
 */
export function qwenRotary(config: QwenConfig, { positions, batch, length, mask, lengths }: Places): RotaryTable {
  const options = { headSize: config.rotarySize, theta: config.ropeTheta, scaling: null };
  if (!config.dynamicNtk || longest(positions) <= config.trainedLength) return rotaryTableAt(positions, batch, options);
  if (!lengths && positions.some((position, at) => position !== at % length)) {
    throw new RangeError(
      `sequences of more than ${config.trainedLength} tokens can't share a stem: the rotary base depends on their length`,
    );
  }
  const row = (line: number) => positions.subarray((line % batch) * length, ((line % batch) + 1) * length);
  const tables = (lengths ?? realLengths(mask)).map((real, line) =>
    rotaryTableAt(row(line), 1, { ...options, theta: stretchedTheta(config, real) }),
  );
  return {
    cosine: tf.concat(tables.map(({ cosine }) => cosine)) as tf.Tensor4D,
    sine: tf.concat(tables.map(({ sine }) => sine)) as tf.Tensor4D,
  };
}

/**
 * What queries are multiplied by, [1 or B, 1, S, 1]: log(n) / log(trained length) for the n-th token of a sequence where
 * that is more than 1. Null where it is 1 for all.
 */
export function queryGrowth(
  { logN, trainedLength }: QwenConfig,
  { positions, batch, length }: Places,
): tf.Tensor4D | null {
  if (!logN || longest(positions) <= trainedLength) return null;
  const growth = Float32Array.from(positions, (position) =>
    Math.max(1, Math.log(position + 1) / Math.log(trainedLength)),
  );
  return tf.tensor4d(growth, [batch, 1, length, 1]);
}

/** The rotary base of a sequence of `length` tokens. */
export function stretchedTheta(
  { dynamicNtk, ropeTheta, rotarySize, trainedLength }: QwenConfig,
  length: number,
): number {
  if (!dynamicNtk || length <= trainedLength) return ropeTheta;
  const alpha = 2 ** Math.ceil(Math.log2(length / trainedLength) + 1) - 1;
  return ropeTheta * alpha ** (rotarySize / (rotarySize - 2));
}

function longest(positions: Int32Array): number {
  return positions.reduce((most, position) => Math.max(most, position), 0) + 1;
}

/** How many tokens the last row of each sequence sees, itself or not: all that are no padding. */
function realLengths(mask: tf.Tensor4D): number[] {
  const [rows, , length] = mask.shape;
  const last = tf.slice(mask, [0, 0, length - 1, 0], [rows, 1, 1, length]).dataSync();
  return Array.from(
    { length: rows },
    (_, row) => last.subarray(row * length, (row + 1) * length).filter((value) => value === 0).length,
  );
}
