import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { attend } from '../parts/attention';
import { HIDDEN } from '../parts/causal-mask';
import { embedTokens } from '../parts/embed-tokens';
import { splitBlocks } from '../parts/fused-heads';
import { inLayers } from '../parts/in-layers';
import { layerNorm } from '../parts/layer-norm';
import { linear, project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import { paddingMask } from '../parts/padding-mask';
import { applyRotary, rotaryTable } from '../parts/rotary';
import type { RotaryTable } from '../parts/rotary';
import type { ClassifierFamily } from './classifier-family';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';
import { readModernBertConfig } from './modern-bert-config';
import type { ModernBertConfig } from './modern-bert-config';
import { modernBertShapes } from './modern-bert-shapes';

/**
 * ModernBERT as a cross-encoder: norms before the parts (none before the first attention), rotary positions, blocks that see all and
 * blocks that see what is near in turn, GeGLU, and a head with a norm on the first token or the mean.
 *
 * Source: Warner et al. 2024 (arXiv 2412.13663); transformers `modeling_modernbert.py`.
 */
export const modernBert: ClassifierFamily<ModernBertConfig> = {
  readConfig: readModernBertConfig,
  weightShapes: modernBertShapes,
  nameOf: (stored) => {
    if (/^decoder\./.test(stored)) return null;
    return /^(embeddings|layers|final_norm)\./.test(stored) ? `model.${stored}` : stored;
  },
  build: (config, weights) => new EncoderClassifier('ModernBertForSequenceClassification', config, weights, compute),
};

/** What blocks of one kind share. */
interface Sight {
  rotary: RotaryTable;
  /** [B, 1, S or 1, S] */
  bias: tf.Tensor4D;
}

const compute: ClassifierComputation<ModernBertConfig> = (weights, config, { inputIds, mask }) => {
  const words = embedTokens(weights.get('model.embeddings.tok_embeddings.weight'), inputIds);
  const length = inputIds.shape[1];
  const headSize = config.hiddenSize / config.heads;
  const all = paddingMask(mask);
  const far: Sight = { bias: all, rotary: rotaryTable(length, { headSize, theta: config.globalTheta, scaling: null }) };
  const near: Sight = {
    bias: nearMask(all, config.window, length),
    rotary: rotaryTable(length, { headSize, theta: config.localTheta, scaling: null }),
  };
  const first = normalize(weights, config, 'model.embeddings.norm', words);
  const blocks = inLayers(first, config.layers, (x, layer) =>
    block(weights, config, layer, x, layer % config.globalEvery === 0 ? far : near),
  );
  const states = normalize(weights, config, 'model.final_norm', blocks);
  const pooled = config.pooling === 'cls' ? firstToken(states) : meanOf(states, mask);
  const dense = weights.projection('head.dense');
  const active = activationNamed(config.headActivation)(linear(pooled, dense.weight, dense.bias));
  const head = weights.projection('classifier');
  return linear(normalize(weights, config, 'head.norm', active), head.weight, head.bias);
};

function block(
  weights: NamedWeights,
  config: ModernBertConfig,
  layer: number,
  x: tf.Tensor3D,
  { rotary, bias }: Sight,
): tf.Tensor3D {
  const name = `model.layers.${layer}`;
  const input = layer === 0 ? x : normalize(weights, config, `${name}.attn_norm`, x);
  const [query, key, value] = splitBlocks(project(input, weights.projection(`${name}.attn.Wqkv`)), config.heads);
  const mixed = attend(applyRotary(query, rotary), applyRotary(key, rotary), value, { bias });
  const middle = tf.add(x, project(mixed, weights.projection(`${name}.attn.Wo`))) as tf.Tensor3D;
  const wide = project(normalize(weights, config, `${name}.mlp_norm`, middle), weights.projection(`${name}.mlp.Wi`));
  const [inner, gate] = tf.split(wide, 2, 2) as [tf.Tensor3D, tf.Tensor3D];
  const gated = tf.mul(activationNamed(config.activation)(inner), gate) as tf.Tensor3D;
  return tf.add(middle, project(gated, weights.projection(`${name}.mlp.Wo`))) as tf.Tensor3D;
}

function normalize<T extends tf.Tensor>(
  weights: NamedWeights,
  { normEpsilon, normBias }: ModernBertConfig,
  name: string,
  x: T,
): T {
  return layerNorm(x, weights.get(`${name}.weight`), normBias ? weights.get(`${name}.bias`) : null, normEpsilon);
}

/** The mask in which a token also sees nothing that lies further off than half the window; [B, 1, S, S]. */
function nearMask(mask: tf.Tensor4D, window: number, length: number): tf.Tensor4D {
  const reach = Math.floor(window / 2);
  const far = new Float32Array(length * length);
  for (let query = 0; query < length; query += 1) {
    for (let key = 0; key < length; key += 1) if (Math.abs(query - key) > reach) far[query * length + key] = HIDDEN;
  }
  return tf.minimum(mask, tf.tensor4d(far, [1, 1, length, length])) as tf.Tensor4D;
}

/** The mean of the states of real tokens, [B, h]. */
function meanOf(states: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor2D {
  const real = tf.expandDims(tf.cast(mask, 'float32'), 2); // [B, S, 1]
  return tf.div(tf.sum(tf.mul(states, real), 1), tf.sum(real, 1)) as tf.Tensor2D;
}
