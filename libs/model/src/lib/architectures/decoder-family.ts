import type { tf } from '@tsarank/tensor';
import type { ModelConfig } from '../model-config';
import type { NamedWeights } from '../named-weights';
import type { LayerCache } from '../parts/layer-cache';

/** Where the tokens of a batch stand and what they see. */
export interface Places {
  /** Position of each token, row by row; one row where all rows have the same. */
  readonly positions: Int32Array;
  /** Rows of `positions`: 1, or B. */
  readonly batch: number;
  /** S */
  readonly length: number;
  /** Added to attention scores, [B, 1, S, K] (query, key): 0 where a key is seen. K = S but behind cached keys. */
  readonly mask: tf.Tensor4D;
  /** Position of each key, rows as those of `positions`; absent where the keys are those of the tokens themselves. */
  readonly keyPositions?: Int32Array;
  /** Tokens of the whole sequence of each row, where it is known; absent where the mask says it. */
  readonly lengths?: readonly number[];
}

/**
 * What a family of decoders computes. Everything is called inside a `tidy` and is differentiable.
 *
 * @typeParam C Its configuration.
 * @typeParam K What all its blocks share: masks, rotary tables, position biases.
 */
export interface DecoderFamily<C extends ModelConfig, K> {
  /**
   * Input embeddings, [B, S, h].
   *
   * @param positions [B, S] row by row.
   */
  embed(weights: NamedWeights, config: C, inputIds: tf.Tensor2D, positions: Int32Array): tf.Tensor3D;
  context(config: C, places: Places): K;
  /** `CausalLm.longestBranched`; absent where stems of any length can be shared. */
  longestBranched?(config: C): number | undefined;
  /** `CausalLm.longestSequence`; absent where positions have no end. */
  longestSequence?(config: C): number;
  /** By what the keys of a sequence of `length` tokens are turned; those turned by another are of no use. Absent: all alike. */
  rotaryBase?(config: C, length: number): number;
  /**
   * [B, S, h] to [B, S, h].
   *
   * @param cache Gets the keys and values of the tokens and gives those of all before them too.
   */
  block(weights: NamedWeights, config: C, layer: number, x: tf.Tensor3D, context: K, cache?: LayerCache): tf.Tensor3D;
  finalNorm(weights: NamedWeights, config: C, x: tf.Tensor3D): tf.Tensor3D;
  /** Rows [R, h] after the final norm to [R, V]. */
  logits(weights: NamedWeights, config: C, rows: tf.Tensor2D): tf.Tensor2D;
}
