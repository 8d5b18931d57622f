import type { tf } from '@tsarank/tensor';
import type { KeyValueCache } from './key-value-cache';
import type { Adapter } from './lora/adapter';
import type { ModelConfig } from './model-config';

/**
 * A decoder-only language model: token ids in, logits of the next token out.
 *
 * Plain operations with gradients throughout, so that this is the oracle of every faster path. Shapes: B sequences of
 * S tokens, h hidden, V vocabulary, R rows picked by the caller.
 */
export interface CausalLm {
  /** Hugging Face's `model_type`. */
  readonly architecture: string;
  readonly config: ModelConfig;
  /** Every weight by its Hugging Face name; matrices are stored [out, in]. A tied output matrix stands once. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /** Low-rank matrices that are added to those of its projections, by the projection's name; see `addAdapters`. */
  readonly adapters: Map<string, Adapter>;
  /** The same model without its adapters, over the same weights. It owns nothing and is not disposed. */
  withoutAdapters(): CausalLm;
  /** The block that a weight belongs to, from 0 at the bottom; null for embeddings, final norm and head. */
  layerOf(name: string): number | null;
  /**
   * Hidden states after the final norm, [B, S, h]: `embed`, every block, `finalNorm`. The caller tidies.
   *
   * @param inputIds int32 [B, S]; positions are 0 … S-1 whatever the mask says.
   * @param mask [B, S], 1 for a real token, 0 for padding; a masked token is seen by no other.
   */
  hiddenStates(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor3D;
  /**
   * Longest input, in tokens, of which stems can be shared: beyond it a token's states depend on how long its whole
   * sequence is. Absent where there is no such length.
   */
  readonly longestBranched?: number;
  /**
   * Hidden states after the final norm of sequences that share a stem, [B, S, h]: each row of `inputIds` holds a stem
   * and, behind it, the branches that continue it; each branch gets what stem and branch alone would give.
   */
  branchedHiddenStates(inputIds: tf.Tensor2D, layout: BranchLayout): tf.Tensor3D;
  /** Longest sequence, in tokens, that there are positions for. Absent where they have no end. */
  readonly longestSequence?: number;
  /** An empty cache for so many sequences, which the caller disposes. */
  startCache(batch: number): KeyValueCache;
  /**
   * Lets sequences grow: hidden states after the final norm of their new tokens, [B, S, h], S the most that one gets; those
   * behind a sequence's own are padding and mean nothing. Equal to the last ones of `hiddenStates` of the whole sequences.
   * No gradient. A cache that this has thrown over, but for RangeErrors, is of no more use.
   *
   * @param tokens New ids of each sequence of the cache, in its order; one may get none.
   * @throws {RangeError} where a sequence would be longer than `longestSequence`.
   */
  extend(cache: KeyValueCache, tokens: readonly (readonly number[])[]): tf.Tensor3D;
  /** Input embeddings, [B, S, h]. */
  embed(inputIds: tf.Tensor2D): tf.Tensor3D;
  /** Blocks `from` … `to` - 1 applied to hidden states [B, S, h]; any split gives the same result as the whole. */
  blocks(hidden: tf.Tensor3D, mask: tf.Tensor2D, from: number, to: number): tf.Tensor3D;
  /** Final norm of [B, S, h]. */
  finalNorm(hidden: tf.Tensor3D): tf.Tensor3D;
  /** Next-token logits [R, V] of hidden states [R, h] taken after the final norm. */
  logits(rows: tf.Tensor2D): tf.Tensor2D;
  /** Frees weights and adapters. */
  dispose(): void;
}

/** Where the tokens of branched sequences belong, [B, S] row by row. */
export interface BranchLayout {
  /** Position of a token in its own sequence: branches go on from the end of the stem. */
  readonly positions: Int32Array;
  /** 0 for the stem, 1, 2, … for branches, -1 for padding. */
  readonly branches: Int32Array;
}

/** The block in a name such as `model.layers.3.mlp.up_proj.weight` or `transformer.h.3.ln_1.bias`, or null. */
export function layerInName(name: string): number | null {
  const match = /(?:^|\.)(?:layers|h)\.(\d+)\./.exec(name);
  return match ? Number(match[1]) : null;
}
