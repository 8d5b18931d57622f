import { tf } from '@tsarank/tensor';
import type { Places } from './architectures/decoder-family';
import { HIDDEN } from './parts/causal-mask';
import { LayerCache } from './parts/layer-cache';

/** Stands for a token where there is none. */
const PADDING = -1;

/**
 * The tokens of sequences that grow, and the keys and values of those that have gone through the blocks: `CausalLm.extend`.
 *
 * Every sequence is a row. Rows grow by the same number of places; where one gets fewer tokens its last places are padding,
 * which no token sees and no position counts, so that sequences of unequal lengths grow side by side. It has tensors of its
 * own: to be disposed.
 */
export class KeyValueCache {
  /** One a block, from the bottom. */
  readonly layers: readonly LayerCache[];
  private rows: number[][];

  constructor(layers: number, batch: number) {
    if (!Number.isInteger(batch) || batch < 1) throw new RangeError(`a cache needs 1 sequence or more, got ${batch}`);
    this.layers = Array.from({ length: layers }, () => new LayerCache());
    this.rows = Array.from({ length: batch }, () => []);
  }

  /** B */
  get batch(): number {
    return this.rows.length;
  }

  /** Places of every row, padding included. */
  get width(): number {
    return this.rows[0]!.length;
  }

  /** Tokens of every sequence. */
  get lengths(): number[] {
    return this.rows.map(lengthOf);
  }

  /**
   * Notes new tokens of every sequence, in the order of the rows; the blocks are the caller's business.
   *
   * @throws {RangeError} where there are more or fewer rows, or none has a token.
   */
  append(tokens: readonly (readonly number[])[]): void {
    if (tokens.length !== this.batch)
      throw new RangeError(`a cache of ${this.batch} sequences got tokens for ${tokens.length}`);
    const added = Math.max(...tokens.map(({ length }) => length));
    if (added === 0) throw new RangeError('none of the sequences got a token');
    tokens.forEach((own, row) => this.rows[row]!.push(...own, ...new Array<number>(added - own.length).fill(PADDING)));
  }

  /** Goes on with some of the sequences, in the order given. */
  keep(rows: readonly number[]): void {
    for (const layer of this.layers) layer.keep(rows);
    this.rows = rows.map((row) => [...this.rows[row]!]);
  }

  /** Drops keys and values, not tokens: all have to go through the blocks again. */
  forget(): void {
    for (const layer of this.layers) layer.dispose();
  }

  dispose(): void {
    this.forget();
  }

  /** Ids of the places from `from` on, [B, S] row by row; any id for padding. */
  ids(from: number): Int32Array {
    return Int32Array.from(
      this.rows.flatMap((row) => row.slice(from)),
      (id) => Math.max(id, 0),
    );
  }

  /** Where the tokens of the places from `from` on stand, and what they see of all. The caller tidies. */
  places(from: number): Places & { keyPositions: Int32Array; lengths: number[] } {
    // Rows that are alike are described by one.
    const rows = this.rows.some((row) => row.includes(PADDING)) ? this.rows : this.rows.slice(0, 1);
    const all = rows.map(positionsOf);
    const length = this.width - from;
    return {
      positions: Int32Array.from(all.flatMap((row) => row.slice(from))),
      keyPositions: Int32Array.from(all.flat()),
      batch: rows.length,
      length,
      lengths: rows.map(lengthOf),
      mask: maskOf(rows, from),
    };
  }
}

function lengthOf(row: readonly number[]): number {
  return row.reduce((count, id) => count + Number(id !== PADDING), 0);
}

/** Of each token among the tokens of its row; 0 for padding. */
function positionsOf(row: readonly number[]): number[] {
  let next = 0;
  return row.map((id) => (id === PADDING ? 0 : next++));
}

/** [B, 1, S, K]: the places from `from` on see every token up to their own place. */
function maskOf(rows: readonly (readonly number[])[], from: number): tf.Tensor4D {
  const keys = rows[0]!.length;
  const length = keys - from;
  const mask = new Float32Array(rows.length * length * keys).fill(HIDDEN);
  rows.forEach((row, line) => {
    for (let query = 0; query < length; query += 1) {
      const start = (line * length + query) * keys;
      for (let key = 0; key <= from + query; key += 1) if (row[key] !== PADDING) mask[start + key] = 0;
    }
  });
  return tf.tensor4d(mask, [rows.length, 1, length, keys]);
}
