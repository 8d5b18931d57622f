import { tf } from '@tsarank/tensor';
import { activationNamed } from '../parts/named-activations';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { denseHead, denseHeadShapes } from './dense-head';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

const HEAD = { dense: 'bert.pooler.dense', out: 'classifier' };

/**
 * BERT as a cross-encoder: the first token's state, a dense layer with tanh, the classifier. Positions are 0, 1, 2, …
 *
 * Source: Nogueira and Cho 2019 (arXiv 1901.04085); transformers `BertForSequenceClassification`.
 */
export const bert: ClassifierFamily<BertConfig> = {
  readConfig: (raw, file) => readBertConfig(raw, file, { padTokenId: 0, tokenTypes: true }),
  weightShapes: (config) => new Map([...bertEncoderShapes(config, 'bert'), ...denseHeadShapes(HEAD, config)]),
  nameOf: (stored) => bertName(stored, 'bert'),
  build: (config, weights) => new EncoderClassifier('BertForSequenceClassification', config, weights, compute),
};

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask, tokenTypes }) => {
  const states = bertStates(
    weights,
    config,
    'bert',
    { inputIds, tokenTypes, positions: countedPositions(inputIds.shape[1]) },
    mask,
  );
  return denseHead(weights, HEAD, activationNamed('tanh'), firstToken(states));
};

/** 0, 1, 2, … as one row, int32 [1, S]. */
export function countedPositions(length: number): tf.Tensor2D {
  return tf.tensor2d(
    Int32Array.from({ length }, (_, at) => at),
    [1, length],
    'int32',
  );
}
