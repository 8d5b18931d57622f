import { FieldReader } from '../model-config';
import { geluErf } from '../parts/activations';
import { linear } from '../parts/linear';
import { countedPositions } from './bert';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

/**
 * ELECTRA as a cross-encoder: BERT with embeddings that may be narrower, and a head of two layers with GELU between.
 *
 * Source: Clark et al. 2020 (arXiv 2003.10555); transformers `ElectraForSequenceClassification`.
 */
export const electra: ClassifierFamily<BertConfig> = {
  readConfig: (raw, file) => ({
    ...readBertConfig(raw, file, { padTokenId: 0, tokenTypes: true }),
    embeddingSize: new FieldReader(raw, file).count('embedding_size', 128),
  }),
  weightShapes: (config) => {
    const { hiddenSize, labels } = config;
    return new Map([
      ...bertEncoderShapes(config, 'electra'),
      ['classifier.dense.weight', [hiddenSize, hiddenSize]],
      ['classifier.dense.bias', [hiddenSize]],
      ['classifier.out_proj.weight', [labels, hiddenSize]],
      ['classifier.out_proj.bias', [labels]],
    ]);
  },
  nameOf: (stored) => bertName(stored, 'electra'),
  build: (config, weights) => new EncoderClassifier('ElectraForSequenceClassification', config, weights, compute),
};

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask, tokenTypes }) => {
  const states = bertStates(weights, config, 'electra', { inputIds, tokenTypes, positions: countedPositions(inputIds.shape[1]) }, mask);
  const dense = weights.projection('classifier.dense');
  const head = weights.projection('classifier.out_proj');
  return linear(geluErf(linear(firstToken(states), dense.weight, dense.bias)), head.weight, head.bias);
};
