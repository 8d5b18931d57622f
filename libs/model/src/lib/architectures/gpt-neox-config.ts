import { FieldReader } from '../model-config';
import type { ModelConfig, RopeScaling } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';
import { readRopeScaling } from './llama/llama-rope-scaling';

/** What GPT-NeoX has beside the sizes that all have. */
export interface GptNeoxConfig extends ModelConfig {
  activation: ActivationName;
  /** Channels of a head that are turned by position, the first ones; even. */
  rotarySize: number;
  ropeTheta: number;
  ropeScaling: RopeScaling | null;
  /** Whether both parts of a block read its input, or the second the first's result. */
  parallel: boolean;
  attentionBias: boolean;
}

/**
 * The `config.json` of GPT-NeoX and Pythia.
 *
 * @throws {InputError} naming file and field, also for rotary scalings that are not built.
 */
export function readGptNeoxConfig(raw: Readonly<Record<string, unknown>>, file?: string): GptNeoxConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw fields.wrong('num_attention_heads', heads, `a divisor of hidden_size, ${hiddenSize}`);
  const headSize = hiddenSize / heads;
  // Files of transformers 5 hold all rotary settings in `rope_parameters`.
  const rope = fields.inside('rope_parameters');
  const share = fields.number('rotary_pct', 0.25);
  const [key, portion] = rope
    ? ['rope_parameters', rope.number('partial_rotary_factor', share)]
    : ['rotary_pct', share];
  const rotarySize = Math.trunc(headSize * portion);
  if (rotarySize < 2 || rotarySize % 2 !== 0 || rotarySize > headSize) {
    throw fields.wrong(key, portion, `a share of the ${headSize} channels of a head that is even and at least 2`);
  }
  const theta = fields.number('rotary_emb_base', 10_000);
  const maxPositions = fields.count('max_position_embeddings', 2048);
  return {
    modelType: 'gpt_neox',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count('num_hidden_layers'),
    heads,
    keyValueHeads: heads,
    headSize,
    intermediateSize: fields.count('intermediate_size'),
    maxPositions,
    normEpsilon: fields.number('layer_norm_eps', 1e-5),
    activation: readActivation(fields, 'hidden_act', 'gelu'),
    rotarySize,
    ropeTheta: rope?.number('rope_theta', theta) ?? theta,
    ropeScaling: readRopeScaling(rope ?? fields.inside('rope_scaling'), maxPositions),
    parallel: fields.flag('use_parallel_residual', true),
    attentionBias: fields.flag('attention_bias', true),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
  };
}
