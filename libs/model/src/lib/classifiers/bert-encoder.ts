import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { attend, splitHeads } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { plainFeedForward } from '../parts/feed-forward';
import { inLayers } from '../parts/in-layers';
import { layerNorm } from '../parts/layer-norm';
import { project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import { paddingMask } from '../parts/padding-mask';
import type { BertConfig } from './bert-config';

/** Rows of the three embedding matrices, each int32 [B, S] or [1, S]. */
export interface BertRows {
  inputIds: tf.Tensor2D;
  positions: tf.Tensor2D;
  tokenTypes: tf.Tensor2D;
}

/**
 * BERT's encoder, [B, S, h]: x = norm(words + types + positions); in every block x = norm(x + attention(x)), then
 * x = norm(x + feedForward(x)).
 *
 * @param prefix Of all its weights: `bert`.
 * @param mask [B, S], 1 for a real token.
 *
 * Source: Devlin et al. 2018 (arXiv 1810.04805); transformers `modeling_bert.py`, `modeling_electra.py`.
 */
export function bertStates(
  weights: NamedWeights,
  config: BertConfig,
  prefix: string,
  rows: BertRows,
  mask: tf.Tensor2D,
): tf.Tensor3D {
  const table = (name: string, ids: tf.Tensor2D): tf.Tensor3D =>
    embedTokens(weights.get(`${prefix}.embeddings.${name}_embeddings.weight`), ids);
  const types = tf.add(table('word', rows.inputIds), table('token_type', rows.tokenTypes));
  const summed = tf.add(types, table('position', rows.positions)) as tf.Tensor3D;
  const normed = normalize(weights, config, `${prefix}.embeddings.LayerNorm`, summed);
  const wide =
    config.embeddingSize === config.hiddenSize
      ? normed
      : project(normed, weights.projection(`${prefix}.embeddings_project`));
  const bias = paddingMask(mask);
  return inLayers(wide, config.layers, (x, layer) =>
    block(weights, config, `${prefix}.encoder.layer.${layer}`, x, bias),
  );
}

function block(
  weights: NamedWeights,
  config: BertConfig,
  name: string,
  x: tf.Tensor3D,
  bias: tf.Tensor4D,
): tf.Tensor3D {
  const part = (each: string): tf.Tensor4D =>
    splitHeads(project(x, weights.projection(`${name}.attention.self.${each}`)), config.heads);
  const mixed = attend(part('query'), part('key'), part('value'), { bias });
  const attention = project(mixed, weights.projection(`${name}.attention.output.dense`));
  const middle = normalize(weights, config, `${name}.attention.output.LayerNorm`, tf.add(x, attention) as tf.Tensor3D);
  const into = weights.projection(`${name}.intermediate.dense`);
  const out = weights.projection(`${name}.output.dense`);
  const fed = plainFeedForward(middle, into, out, activationNamed(config.activation));
  return normalize(weights, config, `${name}.output.LayerNorm`, tf.add(middle, fed) as tf.Tensor3D);
}

function normalize(weights: NamedWeights, { normEpsilon }: BertConfig, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}

/** Name and shape of every weight of the encoder. */
export function bertEncoderShapes(config: BertConfig, prefix: string): Map<string, number[]> {
  const { hiddenSize, embeddingSize, layers, intermediateSize } = config;
  const shapes = new Map<string, number[]>();
  const biased = (name: string, ...shape: [number] | [number, number]) => {
    shapes.set(`${prefix}.${name}.weight`, shape);
    shapes.set(`${prefix}.${name}.bias`, [shape[0]]);
  };
  const rows = { word: config.vocabularySize, position: config.maxPositions, token_type: config.tokenTypeCount };
  for (const [name, count] of Object.entries(rows))
    shapes.set(`${prefix}.embeddings.${name}_embeddings.weight`, [count, embeddingSize]);
  biased('embeddings.LayerNorm', embeddingSize);
  if (embeddingSize !== hiddenSize) biased('embeddings_project', hiddenSize, embeddingSize);
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `encoder.layer.${layer}`;
    for (const part of ['self.query', 'self.key', 'self.value', 'output.dense'])
      biased(`${name}.attention.${part}`, hiddenSize, hiddenSize);
    biased(`${name}.attention.output.LayerNorm`, hiddenSize);
    biased(`${name}.intermediate.dense`, intermediateSize, hiddenSize);
    biased(`${name}.output.dense`, hiddenSize, intermediateSize);
    biased(`${name}.output.LayerNorm`, hiddenSize);
  }
  return shapes;
}

/** Buffers and heads of pre-training, which published files carry along. */
const NEEDLESS =
  /(^|\.)embeddings\.(position_ids|token_type_ids)$|^(cls|lm_head|discriminator_predictions|generator_predictions)\./;

/**
 * Name in the model of a stored tensor: old files call a norm's gain and bias gamma and beta, bare ones lack the prefix.
 *
 * @returns null for one that nobody needs.
 */
export function bertName(stored: string, prefix: string): string | null {
  if (NEEDLESS.test(stored)) return null;
  const name = stored.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');
  return /^(embeddings|embeddings_project|encoder|pooler)\./.test(name) ? `${prefix}.${name}` : name;
}
