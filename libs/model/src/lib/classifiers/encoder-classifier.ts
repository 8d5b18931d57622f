import { tf } from '@tsarank/tensor';
import { NamedWeights } from '../named-weights';
import type { ClassifierConfig, SequenceClassifier } from '../sequence-classifier';

/** What a classifier is given; shapes as `SequenceClassifier.classify` has them. */
export interface ClassifierInputs {
  inputIds: tf.Tensor2D;
  mask: tf.Tensor2D;
  tokenTypes: tf.Tensor2D;
}

/** Logits [B, labels] of a batch; called inside a `tidy`. */
export type ClassifierComputation<C extends ClassifierConfig> = (
  weights: NamedWeights,
  config: C,
  inputs: ClassifierInputs,
) => tf.Tensor2D;

/** A classifier of any encoder: the family says what is computed. */
export class EncoderClassifier<C extends ClassifierConfig> implements SequenceClassifier {
  private readonly named: NamedWeights;

  constructor(
    readonly architecture: string,
    readonly config: C,
    readonly weights: ReadonlyMap<string, tf.Variable>,
    private readonly compute: ClassifierComputation<C>,
  ) {
    this.named = new NamedWeights(weights);
  }

  classify(inputIds: tf.Tensor2D, mask: tf.Tensor2D, tokenTypes: tf.Tensor2D): tf.Tensor2D {
    const { maxTokens } = this.config;
    if (inputIds.shape[1] > maxTokens)
      throw new RangeError(`the model takes ${maxTokens} tokens, a sequence has ${inputIds.shape[1]}`);
    return tf.tidy(() => this.compute(this.named, this.config, { inputIds, mask, tokenTypes }));
  }

  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose();
  }
}

/** The states of the first token, [B, h]. */
export function firstToken(states: tf.Tensor3D): tf.Tensor2D {
  const [batch, , width] = states.shape;
  return tf.reshape(tf.slice(states, [0, 0, 0], [batch, 1, width]), [batch, width]);
}
