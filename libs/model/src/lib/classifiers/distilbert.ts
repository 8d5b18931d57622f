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
import { countedPositions } from './bert';
import { bertName } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { denseHead, denseHeadShapes } from './dense-head';
import { readDistilBertConfig } from './distilbert-config';
import type { DistilBertConfig } from './distilbert-config';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

const HEAD = { dense: 'pre_classifier', out: 'classifier' };
/** In no file: the class has it as a constant. */
const NORM_EPSILON = 1e-12;

/**
 * DistilBERT as a cross-encoder: BERT's blocks by other names, without token types, and a head of two layers with ReLU between.
 *
 * Source: Sanh et al. 2019 (arXiv 1910.01108); transformers `modeling_distilbert.py`.
 */
export const distilBert: ClassifierFamily<DistilBertConfig> = {
  readConfig: readDistilBertConfig,
  weightShapes,
  nameOf: (stored) => {
    if (/^(vocab_transform|vocab_layer_norm|vocab_projector)\./.test(stored)) return null;
    const name = bertName(stored, 'distilbert');
    return name?.startsWith('transformer.') ? `distilbert.${name}` : name;
  },
  build: (config, weights) => new EncoderClassifier('DistilBertForSequenceClassification', config, weights, compute),
};

const compute: ClassifierComputation<DistilBertConfig> = (weights, config, { inputIds, mask }) => {
  const words = embedTokens(weights.get('distilbert.embeddings.word_embeddings.weight'), inputIds);
  const positions = embedTokens(
    weights.get('distilbert.embeddings.position_embeddings.weight'),
    countedPositions(inputIds.shape[1]),
  );
  const first = normalize(weights, 'distilbert.embeddings.LayerNorm', tf.add(words, positions));
  const bias = paddingMask(mask);
  const states = inLayers(first, config.layers, (x, layer) =>
    block(weights, config, `distilbert.transformer.layer.${layer}`, x, bias),
  );
  return denseHead(weights, HEAD, activationNamed('relu'), firstToken(states));
};

function block(
  weights: NamedWeights,
  { heads, activation }: DistilBertConfig,
  name: string,
  x: tf.Tensor3D,
  bias: tf.Tensor4D,
): tf.Tensor3D {
  const part = (each: string): tf.Tensor4D =>
    splitHeads(project(x, weights.projection(`${name}.attention.${each}_lin`)), heads);
  const attention = project(
    attend(part('q'), part('k'), part('v'), { bias }),
    weights.projection(`${name}.attention.out_lin`),
  );
  const middle = normalize(weights, `${name}.sa_layer_norm`, tf.add(x, attention));
  const fed = plainFeedForward(
    middle,
    weights.projection(`${name}.ffn.lin1`),
    weights.projection(`${name}.ffn.lin2`),
    activationNamed(activation),
  );
  return normalize(weights, `${name}.output_layer_norm`, tf.add(middle, fed));
}

function normalize(weights: NamedWeights, name: string, x: tf.Tensor): tf.Tensor3D {
  return layerNorm(x as tf.Tensor3D, weights.get(`${name}.weight`), weights.get(`${name}.bias`), NORM_EPSILON);
}

function weightShapes({
  vocabularySize,
  maxPositions,
  hiddenSize,
  layers,
  intermediateSize,
  labels,
}: DistilBertConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const biased = (name: string, ...shape: [number] | [number, number]) => {
    shapes.set(`${name}.weight`, shape);
    shapes.set(`${name}.bias`, [shape[0]]);
  };
  shapes.set('distilbert.embeddings.word_embeddings.weight', [vocabularySize, hiddenSize]);
  shapes.set('distilbert.embeddings.position_embeddings.weight', [maxPositions, hiddenSize]);
  biased('distilbert.embeddings.LayerNorm', hiddenSize);
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `distilbert.transformer.layer.${layer}`;
    for (const part of ['q_lin', 'k_lin', 'v_lin', 'out_lin'])
      biased(`${name}.attention.${part}`, hiddenSize, hiddenSize);
    biased(`${name}.sa_layer_norm`, hiddenSize);
    biased(`${name}.ffn.lin1`, intermediateSize, hiddenSize);
    biased(`${name}.ffn.lin2`, hiddenSize, intermediateSize);
    biased(`${name}.output_layer_norm`, hiddenSize);
  }
  return new Map([...shapes, ...denseHeadShapes(HEAD, { hiddenSize, labels })]);
}
