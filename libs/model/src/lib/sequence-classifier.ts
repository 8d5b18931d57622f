import type { tf } from '@tsarank/tensor';

/** What is put before query and document, as the model was trained. */
export interface PairPrefixes {
  query: string;
  document: string;
}

/** What is known of every classifier, whatever computes it. */
export interface ClassifierConfig {
  /** Hugging Face's `model_type`. */
  modelType: string;
  /** Rows of the token embedding. */
  vocabularySize: number;
  /** Numbers that a pair gets. */
  labels: number;
  /** Longest input, in tokens, special ones included. */
  maxTokens: number;
  /** The token that pads; null where the model knows none. */
  padTokenId: number | null;
  prefixes: PairPrefixes;
  /** `config.json` as it was read. */
  raw: Readonly<Record<string, unknown>>;
}

/**
 * A model that reads query and document together and gives them a number per label: a cross-encoder, or a decoder with a
 * classification head. Plain operations with gradients throughout.
 */
export interface SequenceClassifier {
  /** Hugging Face's class, `BertForSequenceClassification`. */
  readonly architecture: string;
  readonly config: ClassifierConfig;
  /** Every weight by its Hugging Face name; matrices are stored [out, in]. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /**
   * Logits of every sequence, [B, labels].
   *
   * @param inputIds int32 [B, S], padded on the right.
   * @param mask [B, S], 1 for a real token, 0 for padding.
   * @param tokenTypes int32 [B, S], 0 or 1 (query or document); models without token types pass over them.
   */
  classify(inputIds: tf.Tensor2D, mask: tf.Tensor2D, tokenTypes: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}
