import { FieldReader } from '../model-config';
import { geluErf } from '../parts/activations';
import { countedPositions } from './bert';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { denseHead, denseHeadShapes } from './dense-head';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

const HEAD = { dense: 'classifier.dense', out: 'classifier.out_proj' };

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
  weightShapes: (config) => new Map([...bertEncoderShapes(config, 'electra'), ...denseHeadShapes(HEAD, config)]),
  nameOf: (stored) => bertName(stored, 'electra'),
  build: (config, weights) => new EncoderClassifier('ElectraForSequenceClassification', config, weights, compute),
};

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask, tokenTypes }) => {
  const states = bertStates(
    weights,
    config,
    'electra',
    { inputIds, tokenTypes, positions: countedPositions(inputIds.shape[1]) },
    mask,
  );
  return denseHead(weights, HEAD, geluErf, firstToken(states));
};
