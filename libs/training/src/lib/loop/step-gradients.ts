import { tf } from '@tsarank/tensor';
import { turnsOfBatch } from './batch-order';
import type { KeyedExamples, Turn } from './batch-order';
import type { LogRow, TrainingOptions } from './training-options';

/** The named terms of a loss, which are logged beside it. */
export type LossParts = Partial<Record<'rank' | 'nextToken' | 'differencePenalty', tf.Scalar>>;

/** A micro-batch made ready: what its loss is computed from lies in tensors outside any gradient. */
export interface MicroBatch {
  /** Real rows. */
  tokens: number;
  /** The loss to be minimised; run inside a gradient. */
  loss: () => { total: tf.Scalar; parts: LossParts };
  dispose: () => void;
}

/** What tells one stage from another. */
export interface Stage extends KeyedExamples {
  name: 'pretrain' | 'finetune';
  /** Options of this stage alone that decide the result, its data's hash among them. */
  options: Record<string, unknown>;
  prepare: (turns: readonly Turn[]) => MicroBatch;
}

type Losses = Pick<LogRow, 'loss' | 'rank' | 'nextToken' | 'differencePenalty'>;

/** Gradients by weight name, and the losses that they belong to. */
export interface StepGradients {
  gradients: Map<string, tf.Tensor>;
  losses: Losses;
  /** Real rows of all micro-batches. */
  tokens: number;
}

/**
 * Gradients of one optimizer step by automatic differentiation: the mean over its micro-batches, of gradients and of
 * losses. Only the given weights have one; nothing is traced into what lies below them. The caller owns the gradients.
 *
 * Source: Hugging Face `Trainer.training_step`, which divides each micro-batch's loss by their number.
 */
export async function gradientsOfStep(
  stage: Stage,
  options: TrainingOptions,
  weights: ReadonlyMap<string, tf.Variable>,
  step: number,
): Promise<StepGradients> {
  const { accumulate = 1, batchSize, order, seed } = options;
  const gradients: StepGradients['gradients'] = new Map();
  const losses: Losses = { loss: 0 };
  let tokens = 0;
  for (let micro = 0; micro < accumulate; micro += 1) {
    const turns = turnsOfBatch(step * accumulate + micro, {
      examples: stage.examples,
      batchSize,
      order,
      seed,
      stage: stage.name,
    });
    const batch = stage.prepare(turns);
    try {
      const terms = differentiate(batch, weights, gradients, 1 / accumulate);
      for (const [name, term] of Object.entries(terms) as [keyof Losses, tf.Scalar][]) {
        losses[name] = (losses[name] ?? 0) + (await term.data())[0]! / accumulate;
        term.dispose();
      }
      tokens += batch.tokens;
    } finally {
      batch.dispose();
    }
  }
  return { gradients, losses, tokens };
}

/** Adds `share` times the gradients of a micro-batch to `gradients`; returns its unscaled loss and terms. */
function differentiate(
  batch: MicroBatch,
  weights: ReadonlyMap<string, tf.Variable>,
  gradients: Map<string, tf.Tensor>,
  share: number,
): LossParts & { loss?: tf.Scalar } {
  const terms: LossParts & { loss?: tf.Scalar } = {};
  const { value, grads } = tf.variableGrads(() => {
    const { total, parts } = batch.loss();
    terms.loss = tf.keep(total);
    for (const [name, part] of Object.entries(parts)) terms[name as keyof LossParts] = tf.keep(part);
    return tf.mul(total, share) as tf.Scalar;
  }, [...weights.values()]);
  value.dispose();
  for (const [name, weight] of weights) {
    const gradient = grads[weight.name];
    // A weight that the loss does not depend on has none.
    if (gradient === undefined || gradient === null) continue;
    const sum = gradients.get(name);
    gradients.set(name, sum === undefined ? gradient : tf.add(sum, gradient));
    if (sum !== undefined) tf.dispose([sum, gradient]);
  }
  return terms;
}
