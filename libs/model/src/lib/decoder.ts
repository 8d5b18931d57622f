import { tf } from '@tsarank/tensor';
import type { DecoderFamily } from './architectures/decoder-family';
import type { BranchLayout, CausalLm } from './causal-lm';
import { layerInName } from './causal-lm';
import { KeyValueCache } from './key-value-cache';
import { removeAdapters } from './lora/adapter';
import type { Adapter } from './lora/adapter';
import type { ModelConfig } from './model-config';
import { NamedWeights } from './named-weights';
import { branchMask, causalMask } from './parts/causal-mask';
import { inLayers } from './parts/in-layers';
import type { LayerCache } from './parts/layer-cache';

/**
 * A decoder of any family: the family says what embedding, blocks, norm and head compute, this what is done with them.
 *
 * Each block tidies itself: without a gradient, only its result outlives it.
 */
export class Decoder<C extends ModelConfig, K> implements CausalLm {
  readonly architecture: string;
  readonly longestBranched?: number;
  readonly longestSequence?: number;
  readonly adapters = new Map<string, Adapter>();
  private readonly named: NamedWeights;

  constructor(
    private readonly family: DecoderFamily<C, K>,
    readonly config: C,
    readonly weights: ReadonlyMap<string, tf.Variable>,
  ) {
    this.architecture = config.modelType;
    this.longestBranched = family.longestBranched?.(config);
    this.longestSequence = family.longestSequence?.(config);
    this.named = new NamedWeights(weights, this.adapters);
  }

  layerOf(name: string): number | null {
    return layerInName(name);
  }

  withoutAdapters(): CausalLm {
    return new Decoder(this.family, this.config, this.weights);
  }

  hiddenStates(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor3D {
    return this.finalNorm(this.blocks(this.embed(inputIds), mask, 0, this.config.layers));
  }

  branchedHiddenStates(inputIds: tf.Tensor2D, { positions, branches }: BranchLayout): tf.Tensor3D {
    return tf.tidy(() => {
      const [batch, length] = inputIds.shape;
      const context = this.family.context(this.config, { positions, batch, length, mask: branchMask(branches, batch) });
      const first = this.family.embed(this.named, this.config, inputIds, positions);
      return this.finalNorm(this.layers(first, context, 0, this.config.layers));
    });
  }

  startCache(batch: number): KeyValueCache {
    return new KeyValueCache(this.config.layers, batch);
  }

  extend(cache: KeyValueCache, tokens: readonly (readonly number[])[]): tf.Tensor3D {
    const { lengths, width } = cache;
    const grown = lengths.map((length, row) => length + (tokens[row]?.length ?? 0));
    const beyond = grown.find((length) => length > (this.longestSequence ?? Infinity));
    if (beyond !== undefined)
      throw new RangeError(
        `the model has positions for ${this.longestSequence} tokens, a sequence would have ${beyond}`,
      );
    cache.append(tokens);
    const baseOf = (length: number) => this.family.rotaryBase?.(this.config, length);
    const isStale = grown.some((length, row) => lengths[row]! > 0 && baseOf(length) !== baseOf(lengths[row]!));
    if (isStale) cache.forget();
    const from = isStale ? 0 : width;
    return tf.tidy(() => {
      const states = this.fromPlace(cache, from);
      return this.finalNorm(tf.slice(states, [0, width - from, 0], [-1, -1, -1]));
    });
  }

  embed(inputIds: tf.Tensor2D): tf.Tensor3D {
    const [batch, length] = inputIds.shape;
    return tf.tidy(() => this.family.embed(this.named, this.config, inputIds, straight(batch, length)));
  }

  blocks(hidden: tf.Tensor3D, mask: tf.Tensor2D, from: number, to: number): tf.Tensor3D {
    return tf.tidy(() => {
      const length = mask.shape[1];
      // Positions are the same in every row: one row stands for all.
      const context = this.family.context(this.config, {
        positions: straight(1, length),
        batch: 1,
        length,
        mask: causalMask(mask),
      });
      return this.layers(hidden, context, from, to);
    });
  }

  finalNorm(hidden: tf.Tensor3D): tf.Tensor3D {
    return tf.tidy(() => this.family.finalNorm(this.named, this.config, hidden));
  }

  logits(rows: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => this.family.logits(this.named, this.config, rows));
  }

  dispose(): void {
    removeAdapters(this);
    for (const weight of this.weights.values()) weight.dispose();
  }

  /** States of the cache's places from `from` on behind the last block, [B, S, h]. */
  private fromPlace(cache: KeyValueCache, from: number): tf.Tensor3D {
    const places = cache.places(from);
    const { batch } = cache;
    const inputIds = tf.tensor2d(cache.ids(from), [batch, places.length], 'int32');
    const positions = places.batch === batch ? places.positions : repeated(places.positions, batch);
    const first = this.family.embed(this.named, this.config, inputIds, positions);
    return this.layers(first, this.family.context(this.config, places), 0, this.config.layers, cache.layers);
  }

  private layers(
    hidden: tf.Tensor3D,
    context: K,
    from: number,
    to: number,
    caches?: readonly LayerCache[],
  ): tf.Tensor3D {
    if (from >= to) return tf.clone(hidden) as tf.Tensor3D;
    return inLayers(hidden, to - from, (x, index) => {
      const layer = from + index;
      return this.family.block(this.named, this.config, layer, x, context, caches?.[layer]);
    });
  }
}

/** The same row so many times. */
function repeated(row: Int32Array, times: number): Int32Array {
  return Int32Array.from({ length: times * row.length }, (_, at) => row[at % row.length]!);
}

/** Positions 0 … length - 1 in every row. */
function straight(batch: number, length: number): Int32Array {
  return Int32Array.from({ length: batch * length }, (_, at) => at % length);
}
