import type { tf } from '@tsarank/tensor';

/** What is known of every encoder-decoder model. */
export interface EncoderDecoderConfig {
  /** Hugging Face's `model_type`, a key of `encoderDecoders`. */
  modelType: string;
  /** V, rows of the output matrix. */
  vocabularySize: number;
  /** h */
  hiddenSize: number;
  /** The token that every output begins with. */
  decoderStartTokenId: number;
  /** `config.json` as it was read. */
  raw: Readonly<Record<string, unknown>>;
  /** `generation_config.json`, where there was one. */
  generation?: Readonly<Record<string, unknown>>;
}

/**
 * A language model that reads one text and writes another. Shapes: B sequences of S tokens in, T tokens out, h hidden, V
 * vocabulary, R rows picked by the caller. Plain operations with gradients throughout.
 */
export interface EncoderDecoderLm {
  /** Hugging Face's `model_type`. */
  readonly architecture: string;
  readonly config: EncoderDecoderConfig;
  /** Every weight by its Hugging Face name; matrices are stored [out, in]. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /**
   * States of the text that is read, [B, S, h]. The caller tidies, as in the others.
   *
   * @param inputIds int32 [B, S]
   * @param mask [B, S], 1 for a real token, 0 for padding.
   */
  encode(inputIds: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor3D;
  /**
   * Hidden states after the decoder's last norm, [B, T, h].
   *
   * @param decoderIds int32 [B, T], the start token first.
   * @param encoded What `encode` gave, [B, S, h].
   * @param mask Of the text that was read, [B, S].
   */
  decode(decoderIds: tf.Tensor2D, encoded: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D;
  /** Logits [R, V] of decoder states [R, h]. */
  logits(rows: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}
