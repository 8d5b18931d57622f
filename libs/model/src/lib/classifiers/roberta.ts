import { tf } from '@tsarank/tensor';
import { linear } from '../parts/linear';
import { readBertConfig } from './bert-config';
import type { BertConfig } from './bert-config';
import { bertEncoderShapes, bertName, bertStates } from './bert-encoder';
import type { ClassifierFamily } from './classifier-family';
import { EncoderClassifier, firstToken } from './encoder-classifier';
import type { ClassifierComputation } from './encoder-classifier';

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
    weightShapes: (config) => {
      const { hiddenSize, labels } = config;
      return new Map([
        ...bertEncoderShapes(config, 'roberta'),
        ['classifier.dense.weight', [hiddenSize, hiddenSize]],
        ['classifier.dense.bias', [hiddenSize]],
        ['classifier.out_proj.weight', [labels, hiddenSize]],
        ['classifier.out_proj.bias', [labels]],
      ]);
    },
    // The pooler of pre-training stands in some files; this head has its own.
    nameOf: (stored) => (/^(roberta\.)?pooler\./.test(stored) ? null : bertName(stored, 'roberta')),
    build: (config, weights) => new EncoderClassifier(className, config, weights, compute),
  };
}

const compute: ClassifierComputation<BertConfig> = (weights, config, { inputIds, mask }) => {
  const [, length] = inputIds.shape;
  const rows = { inputIds, positions: positionsOf(inputIds, config.padTokenId), tokenTypes: tf.zeros([1, length], 'int32') as tf.Tensor2D };
  const states = bertStates(weights, config, 'roberta', rows, mask);
  const dense = weights.projection('classifier.dense');
  const head = weights.projection('classifier.out_proj');
  return linear(tf.tanh(linear(firstToken(states), dense.weight, dense.bias)), head.weight, head.bias);
};

/** pad + 1, pad + 2, … for tokens, pad for padding, int32 [B, S]. */
function positionsOf(inputIds: tf.Tensor2D, pad: number): tf.Tensor2D {
  const tokens = tf.cast(tf.notEqual(inputIds, tf.scalar(pad, 'int32')), 'float32');
  return tf.cast(tf.add(tf.mul(tf.cumsum(tokens, 1), tokens), pad), 'int32') as tf.Tensor2D;
}
