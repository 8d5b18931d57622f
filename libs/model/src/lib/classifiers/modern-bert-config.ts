import { FieldReader } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';
import type { ClassifierConfig } from '../sequence-classifier';
import { NO_PREFIXES, readLabelCount, readPadToken } from './classifier-config';

/** Sizes and constants of ModernBERT. */
export interface ModernBertConfig extends ClassifierConfig {
  /** h */
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  normEpsilon: number;
  activation: ActivationName;
  /** Every so many blocks, from the first on, one sees the whole text; the others see the tokens near. */
  globalEvery: number;
  /** Width of the window of the others: a token sees half of it on either side. */
  window: number;
  globalTheta: number;
  localTheta: number;
  normBias: boolean;
  attentionBias: boolean;
  feedForwardBias: boolean;
  headBias: boolean;
  headActivation: ActivationName;
  /** What stands for the text: its first token, or the mean of all. */
  pooling: 'cls' | 'mean';
}

/**
 * A ModernBERT `config.json`; absent fields mean what they mean to transformers.
 *
 * @throws {InputError} naming file and field.
 */
export function readModernBertConfig(raw: Readonly<Record<string, unknown>>, file: string): ModernBertConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  if (hiddenSize % (2 * heads) !== 0)
    throw fields.wrong('num_attention_heads', heads, `a number that gives heads of even size out of ${hiddenSize}`);
  if (fields.has('rope_scaling')) throw fields.wrong('rope_scaling', raw['rope_scaling'], 'null');
  const pooling = fields.text('classifier_pooling', 'cls');
  if (pooling !== 'cls' && pooling !== 'mean') throw fields.wrong('classifier_pooling', pooling, 'cls or mean');
  const layers = fields.count('num_hidden_layers');
  const globalEvery = fields.count('global_attn_every_n_layers', 3);
  requireLayerTypes(
    fields,
    Array.from({ length: layers }, (_, layer) => (layer % globalEvery === 0 ? 'full_attention' : 'sliding_attention')),
  );
  const globalTheta = readTheta(fields, 'full_attention') ?? fields.number('global_rope_theta', 160_000);
  // Null means the other blocks' value, absent the default.
  const localTheta = raw['local_rope_theta'] === null ? globalTheta : fields.number('local_rope_theta', 10_000);
  return {
    modelType: 'modernbert',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers,
    heads,
    intermediateSize: fields.count('intermediate_size'),
    maxTokens: fields.count('max_position_embeddings', 8192),
    normEpsilon: fields.number('norm_eps', 1e-5),
    activation: readActivation(fields, 'hidden_activation', 'gelu'),
    globalEvery,
    window: fields.count('local_attention', 128),
    globalTheta,
    localTheta: readTheta(fields, 'sliding_attention') ?? localTheta,
    normBias: fields.flag('norm_bias', false),
    attentionBias: fields.flag('attention_bias', false),
    feedForwardBias: fields.flag('mlp_bias', false),
    headBias: fields.flag('classifier_bias', false),
    headActivation: readActivation(fields, 'classifier_activation', 'gelu'),
    pooling,
    labels: readLabelCount(fields, raw),
    padTokenId: readPadToken(fields, 50_283),
    prefixes: NO_PREFIXES,
    raw,
  };
}

/** Files of transformers 5 hold rotary settings by kind of block. */
function readTheta(fields: FieldReader, blocks: string): number | undefined {
  const all = fields.inside('rope_parameters');
  const rope = all?.inside(blocks);
  const flat = ['rope_type', 'rope_theta'].find((key) => all?.has(key));
  if (all && flat) throw all.wrong(flat, 'one for all blocks', 'settings for full_attention and sliding_attention');
  if (!rope) return undefined;
  const type = rope.text('rope_type', 'default');
  if (type !== 'default') throw rope.wrong('rope_type', type, 'default');
  return rope.number('rope_theta');
}

function requireLayerTypes(fields: FieldReader, expected: readonly string[]): void {
  const found = fields.list('layer_types');
  if (found === null || JSON.stringify(found) === JSON.stringify(expected)) return;
  throw fields.wrong('layer_types', found, 'what global_attn_every_n_layers says');
}
