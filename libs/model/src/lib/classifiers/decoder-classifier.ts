import { gatherRows, tf } from '@tsarank/tensor';
import type { Architecture } from '../architectures/architecture';
import { isNeedless } from '../architectures/needless-tensors';
import type { CausalLm } from '../causal-lm';
import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';
import { linear } from '../parts/linear';
import type { ClassifierConfig, PairPrefixes, SequenceClassifier } from '../sequence-classifier';
import { readLabelCount, readPadToken } from './classifier-config';
import type { ClassifierFamily } from './classifier-family';

/** A decoder with a classification head in the place of its output matrix. */
export interface DecoderClassifierConfig extends ClassifierConfig {
  decoder: ModelConfig;
}

/**
 * RankLLaMA's texts: `<s>query: …<s>document: …` with LLaMA's own pair template. The paper has `</s>` behind; the published code
 * leaves it out ("results loss overflow issue in fp16 setting"), as does the published model's usage.
 *
 * Source: Ma et al. 2023 (arXiv 2310.08319); tevatron `examples/rankllama/data.py`.
 */
const RANK_LLAMA_PREFIXES: PairPrefixes = { query: 'query: ', document: 'document: ' };

/** OPT's matrix behind the last norm, where its embeddings are narrower than its blocks. */
const NARROWING = 'model.decoder.project_out.weight';

/**
 * A family of decoders as classifiers: hidden states of the decoder, `score.weight` [labels, h] at the last token that is not
 * padding.
 *
 * @param className `LlamaForSequenceClassification`
 *
 * Source: transformers `modeling_layers.py`, `GenericForSequenceClassification`.
 */
export function decoderClassifier(
  className: string,
  architecture: Architecture,
): ClassifierFamily<DecoderClassifierConfig> {
  return {
    readConfig: (raw, file) => {
      const fields = new FieldReader(raw, file);
      // As if tied: there is no output matrix.
      const decoder = { ...architecture.readConfig(raw, file), tied: true };
      return {
        modelType: decoder.modelType,
        vocabularySize: decoder.vocabularySize,
        labels: readLabelCount(fields, raw),
        maxTokens: decoder.maxPositions,
        padTokenId: readPadToken(fields, null),
        prefixes: RANK_LLAMA_PREFIXES,
        decoder,
        raw,
      };
    },
    weightShapes: ({ decoder, labels }) => {
      const shapes = architecture.weightShapes(decoder);
      return shapes.set('score.weight', [labels, shapes.get(NARROWING)?.[0] ?? decoder.hiddenSize]);
    },
    nameOf: (stored) => {
      if (stored === 'score.weight') return stored;
      return isNeedless(stored) || /^(lm_head|embed_out)\./.test(stored) ? null : architecture.nameOf(stored);
    },
    build: (config, weights) =>
      new DecoderClassifier(className, config, weights, architecture.build(config.decoder, weights)),
  };
}

class DecoderClassifier implements SequenceClassifier {
  constructor(
    readonly architecture: string,
    readonly config: DecoderClassifierConfig,
    readonly weights: ReadonlyMap<string, tf.Variable>,
    private readonly decoder: CausalLm,
  ) {}

  /** A sequence gets what it gets alone, also where the model knows no padding (transformers then takes one at a time). */
  classify(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => {
      const states = this.decoder.hiddenStates(inputIds, mask); // [B, S, h]
      const [batch, length, width] = states.shape;
      const rows = gatherRows(tf.reshape(states, [batch * length, width]), this.lastTokens(inputIds, mask));
      const narrowing = this.weights.get(NARROWING);
      return linear(narrowing ? linear(rows, narrowing) : rows, this.weights.get('score.weight')!);
    });
  }

  dispose(): void {
    this.decoder.dispose();
  }

  /** Row of each sequence's last token that is real and not the padding token, in [B · S]; the first where there is none. */
  private lastTokens(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor1D {
    const [batch, length] = inputIds.shape;
    const { padTokenId } = this.config;
    const real = tf.cast(mask, 'float32');
    const counted =
      padTokenId === null
        ? real
        : tf.mul(real, tf.cast(tf.notEqual(inputIds, tf.scalar(padTokenId, 'int32')), 'float32'));
    const ranks = tf.mul(counted, tf.range(1, length + 1));
    const starts = tf.tensor1d(
      Int32Array.from({ length: batch }, (_, row) => row * length),
      'int32',
    );
    return tf.add(tf.argMax(ranks, 1), starts) as tf.Tensor1D;
  }
}
