import { tf } from '@tsarank/tensor';
import { linear } from '../parts/linear';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

/**
 * BERT as a cross-encoder: the first token's state, a dense layer with tanh, the classifier. Positions are 0, 1, 2, …
 *
 * Source: Nogueira and Cho 2019 (arXiv 1901.04085); transformers `BertForSequenceClassification`.
 */
export const bert: ClassifierFamily<BertConfig> = {
  readConfig: (raw, file) => readBertConfig(raw, file, { padTokenId: 0, tokenTypes: true }),
  weightShapes: (config) => {
    const { hiddenSize, labels } = config;
    return new Map([
      ...bertEncoderShapes(config, 'bert'),
      ['bert.pooler.dense.weight', [hiddenSize, hiddenSize]],
      ['bert.pooler.dense.bias', [hiddenSize]],
      ['classifier.weight', [labels, hiddenSize]],
      ['classifier.bias', [labels]],
    ]);
  },
  nameOf: (stored) => bertName(stored, 'bert'),
  build: (config, weights) => new EncoderClassifier('BertForSequenceClassification', config, weights, compute),
};

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask, tokenTypes }) => {
  const states = bertStates(weights, config, 'bert', { inputIds, tokenTypes, positions: countedPositions(inputIds.shape[1]) }, mask);
  const dense = weights.projection('bert.pooler.dense');
  const pooled = tf.tanh(linear(firstToken(states), dense.weight, dense.bias));
  const head = weights.projection('classifier');
  return linear(pooled, head.weight, head.bias);
};

/** 0, 1, 2, … as one row, int32 [1, S]. */
export function countedPositions(length: number): tf.Tensor2D {
  return tf.tensor2d(Int32Array.from({ length }, (_, at) => at), [1, length], 'int32');
}
