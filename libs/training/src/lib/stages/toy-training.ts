import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { gatherRows, tf } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { FinetuneOptions } from './finetune';
import type { PretrainOptions } from './pretrain';

const VOCABULARY = 40;
const HIDDEN = 8;
const LAYERS = 3;

/** A letter a token; for specs. */
export const letterTokenizer: Tokenizer = {
  encode: (text, { ending = '' } = {}) =>
    [...text, ...ending].map((letter) => (letter === '$' ? 1 : 2 + (letter.codePointAt(0)! % (VOCABULARY - 2)))),
  decode: (ids) => ids.map((id) => String.fromCodePoint(114 + ((id - 2) % (VOCABULARY - 2)))).join(''),
  vocabularySize: VOCABULARY,
  eosToken: '$',
  eosTokenId: 1,
  padTokenId: 0,
  files: [],
  hash: 'letters',
};

/**
 * A language model of three causal blocks, h <- h + tanh(mean of what came before h, times W); for specs, where it
 * takes milliseconds on the plain engine.
 */
export function toyModel(seed: number): CausalLm {
  const random = Random.fromSeed(seed, 'toy');
  const weight = (...shape: [number, number]): tf.Variable =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor2d(
          Array.from({ length: shape[0] * shape[1] }, () => random.nextNormal() / 2),
          shape,
        ),
      ),
    );
  const layers = Array.from(
    { length: LAYERS },
    (_, layer) => [`model.layers.${layer}.weight`, weight(HIDDEN, HIDDEN)] as const,
  );
  const weights = new Map<string, tf.Variable>([
    ['model.embed_tokens.weight', weight(VOCABULARY, HIDDEN)],
    ...layers,
    ['lm_head.weight', weight(HIDDEN, VOCABULARY)],
  ]);
  const matrix = (name: string): tf.Tensor2D => weights.get(name) as unknown as tf.Tensor2D;
  return {
    architecture: 'toy',
    config: { vocabularySize: VOCABULARY, hiddenSize: HIDDEN, layers: LAYERS } as CausalLm['config'],
    weights,
    adapters: new Map(),
    withoutAdapters() {
      return this;
    },
    layerOf: (name) => (name.startsWith('model.layers.') ? Number(name.split('.')[2]) : null),
    branchedHiddenStates: onlyTrained,
    startCache: onlyTrained,
    extend: onlyTrained,
    hiddenStates(inputIds, mask) {
      return this.finalNorm(this.blocks(this.embed(inputIds), mask, 0, LAYERS));
    },
    embed(inputIds) {
      const [batch, length] = inputIds.shape;
      const ids = tf.reshape(inputIds, [batch * length]) as tf.Tensor1D;
      return tf.reshape(gatherRows(matrix('model.embed_tokens.weight'), ids), [batch, length, HIDDEN]) as tf.Tensor3D;
    },
    blocks(hidden, mask, from, to) {
      const [batch, length] = mask.shape;
      const causal = tf.linalg.bandPart(tf.ones([length, length]), -1, 0);
      const visible = tf.mul(causal, tf.reshape(mask, [batch, 1, length])); // [B, S, S]
      const mean = tf.div(visible, tf.sum(visible, -1, true));
      let result: tf.Tensor = hidden;
      for (let layer = from; layer < to; layer += 1) {
        const seen = tf.reshape(tf.matMul(mean, result), [batch * length, HIDDEN]) as tf.Tensor2D;
        const change = tf.tanh(tf.matMul(seen, matrix(`model.layers.${layer}.weight`)));
        result = tf.add(result, tf.reshape(change, hidden.shape));
      }
      return tf.clone(result) as tf.Tensor3D;
    },
    finalNorm: (hidden) => tf.clone(hidden),
    logits: (rows) => tf.matMul(rows, matrix('lm_head.weight')),
    dispose: () => weights.forEach((variable) => variable.dispose()),
  } as CausalLm;
}

/** Values of every weight, by name. */
export function weightValues({ weights }: CausalLm): Record<string, number[]> {
  return Object.fromEntries([...weights].map(([name, weight]) => [name, [...weight.dataSync()]]));
}

const shared = {
  tokenizer: letterTokenizer,
  seed: 7,
  learningRate: 0.01,
  schedule: 'cosine',
  warmupRatio: 0.1,
  clipNorm: 1,
  steps: 10,
  order: 'shuffled',
  topLayers: 2,
  maxDocumentTokens: 12,
  maxQueryTokens: 6,
} as const;

/** Ten steps of stage one on five pairs. */
export function toyPretrain(model: CausalLm, changes: Partial<PretrainOptions> = {}): PretrainOptions {
  const pairs = ['cat', 'dog', 'tree', 'river', 'stone'].map((query) => ({ query, document: `all about a ${query}` }));
  return { ...shared, batchSize: 2, model, pairs, ...changes };
}

/** Ten steps of stage two on three groups. */
export function toyFinetune(model: CausalLm, changes: Partial<FinetuneOptions> = {}): FinetuneOptions {
  const groups = ['cat', 'dog', 'tree'].map((query) => ({
    query,
    positives: [`the ${query} at home`],
    negatives: ['a cloud', 'some sand here', 'grass', 'the moon', 'iron ore'],
  }));
  return {
    ...shared,
    batchSize: 1,
    model,
    groups,
    negatives: 3,
    weights: { rank: 1, nextToken: 1, differencePenalty: 1 },
    temperature: 0.1,
    ...changes,
  };
}

function onlyTrained(): never {
  throw new Error('the toy model is only trained');
}
