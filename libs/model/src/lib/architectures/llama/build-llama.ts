import type { Random } from '@tsarank/random';
import { architectures } from '..';
import type { CausalLm } from '../../causal-lm';
import { fillWeights } from '../../loading/fill-weights';

/** Sizes of a fresh LLaMA-type model. */
export interface LlamaSizes {
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  /** Default: as many as heads. */
  keyValueHeads?: number;
  /** Default: hiddenSize / heads. */
  headSize?: number;
  intermediateSize: number;
  /** In tokens. Default 2,048. */
  maxPositions?: number;
  /** Default 10,000. */
  ropeTheta?: number;
  /** Default 1e-5. */
  normEpsilon?: number;
  /** Whether the output matrix is the input embedding. Default true. */
  tied?: boolean;
  attentionBias?: boolean;
  feedForwardBias?: boolean;
  bosTokenId?: number;
  eosTokenId?: number;
  padTokenId?: number;
}

const DEVIATION = 0.02;

/**
 * A LLaMA-type model with fresh weights: matrices from normal(0, 0.02), those that write into the residual stream
 * (o_proj, down_proj) from normal(0, 0.02 / √(2 L)), norm gains 1, biases 0.
 *
 * The same generator state gives the same weights on every engine.
 *
 * Source: GPT-2's initialisation (Radford et al. 2019), as transformers' `initializer_range`.
 *
 * @throws {InputError} when the sizes don't fit together.
 */
export function buildLlama(sizes: LlamaSizes, random: Random): CausalLm {
  const architecture = architectures['llama']!;
  const config = architecture.readConfig({
    architectures: ['LlamaForCausalLM'],
    attention_bias: sizes.attentionBias ?? false,
    attention_dropout: 0,
    bos_token_id: sizes.bosTokenId ?? null,
    dtype: 'float32',
    eos_token_id: sizes.eosTokenId ?? null,
    head_dim: sizes.headSize ?? sizes.hiddenSize / sizes.heads,
    hidden_act: 'silu',
    hidden_size: sizes.hiddenSize,
    initializer_range: DEVIATION,
    intermediate_size: sizes.intermediateSize,
    max_position_embeddings: sizes.maxPositions ?? 2048,
    mlp_bias: sizes.feedForwardBias ?? false,
    model_type: 'llama',
    num_attention_heads: sizes.heads,
    num_hidden_layers: sizes.layers,
    num_key_value_heads: sizes.keyValueHeads ?? sizes.heads,
    pad_token_id: sizes.padTokenId ?? null,
    rms_norm_eps: sizes.normEpsilon ?? 1e-5,
    rope_scaling: null,
    rope_theta: sizes.ropeTheta ?? 10_000,
    tie_word_embeddings: sizes.tied ?? true,
    use_cache: true,
    vocab_size: sizes.vocabularySize,
  });
  const residual = DEVIATION / Math.sqrt(2 * config.layers);
  const weights = fillWeights(architecture.weightShapes(config), (name, count) => {
    if (name.endsWith('.bias')) return new Float32Array(count);
    if (name.endsWith('norm.weight')) return new Float32Array(count).fill(1);
    const deviation = /\.(o_proj|down_proj)\.weight$/.test(name) ? residual : DEVIATION;
    return Float32Array.from({ length: count }, () => deviation * random.nextNormal());
  });
  return architecture.build(config, weights);
}
