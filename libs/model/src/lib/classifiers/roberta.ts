import { tf } from '@tsarank/tensor';
import { activationNamed } from '../parts/named-activations';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { denseHead, denseHeadShapes } from './dense-head';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

const HEAD = { dense: 'classifier.dense', out: 'classifier.out_proj' };

/**
 * RoBERTa, XLM-RoBERTa and CamemBERT as cross-encoders: BERT without token types, positions from `pad_token_id` + 1 on counted over
 * the tokens that aren't padding, and a head of two layers with tanh between.
 *
 * Source: Liu et al. 2019 (arXiv 1907.11692); transformers `modeling_roberta.py`, `create_position_ids_from_input_ids`.
 *
 * @param className `RobertaForSequenceClassification`
 */
export function robertaKin(className: string): ClassifierFamily<BertConfig> {
  return {
    readConfig: (raw, file) => {
      const config = readBertConfig(raw, file, { padTokenId: 1, tokenTypes: false });
      return { ...config, maxTokens: config.maxPositions - config.padTokenId - 1 };
    },
    weightShapes: (config) => new Map([...bertEncoderShapes(config, 'roberta'), ...denseHeadShapes(HEAD, config)]),
    // The pooler of pre-training stands in some files; this head has its own.
    nameOf: (stored) => (/^(roberta\.)?pooler\./.test(stored) ? null : bertName(stored, 'roberta')),
    build: (config, weights) => new EncoderClassifier(className, config, weights, compute),
  };
}

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask }) => {
  const [, length] = inputIds.shape;
  const rows = {
    inputIds,
    positions: positionsOf(inputIds, config.padTokenId),
    tokenTypes: tf.zeros([1, length], 'int32') as tf.Tensor2D,
  };
  const states = bertStates(weights, config, 'roberta', rows, mask);
  return denseHead(weights, HEAD, activationNamed('tanh'), firstToken(states));
};

/** pad + 1, pad + 2, … for tokens, pad for padding, int32 [B, S]. */
function positionsOf(inputIds: tf.Tensor2D, pad: number): tf.Tensor2D {
  const tokens = tf.cast(tf.notEqual(inputIds, tf.scalar(pad, 'int32')), 'float32');
  return tf.cast(tf.add(tf.mul(tf.cumsum(tokens, 1), tokens), pad), 'int32') as tf.Tensor2D;
}
