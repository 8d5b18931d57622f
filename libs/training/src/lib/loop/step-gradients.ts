import { OBJECTIVE_TERMS } from '@tsarank/losses';
import type { ObjectiveTerm } from '@tsarank/losses';
import { tf } from '@tsarank/tensor';
import { turnsOfStep } from './batch-order';
import type { KeyedExamples, Turn } from './batch-order';
import type { LogRow, LossAverage, TrainingOptions } from './training-options';

/** The named terms of a loss, which are logged beside it. */
export type LossParts = Partial<Record<ObjectiveTerm, tf.Scalar>>;

/** A number for each term of a loss. */
export type PerTerm = Partial<Record<ObjectiveTerm, number>>;

/** A micro-batch made ready: what its loss is computed from lies in tensors outside any gradient. */
export interface MicroBatch {
  /**
   * The loss to be minimised; run inside a gradient.
   *
   * @param shares What each term, an average over this micro-batch, is multiplied by in `total`; 1 where none is named. A term
   *   with a share of 0 is not computed.
   */
  loss: (shares?: PerTerm) => { total: tf.Scalar; parts: LossParts };
  dispose: () => void;
}

/** A micro-batch before any tensor of it is made. */
export interface PlannedBatch {
  /** Real rows. */
  tokens: number;
  /** How many groups or rows each term that has a weight is averaged over here. */
  counts: PerTerm;
  prepare: () => MicroBatch;
}

/** What tells one stage from another. */
export interface Stage extends KeyedExamples {
  name: 'pretrain' | 'finetune';
  /** Options of this stage alone that decide the result, its data's hash among them. */
  options: Record<string, unknown>;
  /** The micro-batches of one step, given the turns of each. */
  plan: (microBatches: readonly (readonly Turn[])[]) => PlannedBatch[];
}

type Losses = Pick<LogRow, 'loss' | ObjectiveTerm>;

/** Gradients by weight name, and the losses that they belong to. */
export interface StepGradients {
  gradients: Map<string, tf.Tensor>;
  losses: Losses;
  /** Real rows of all micro-batches. */
  tokens: number;
}

/**
 * Gradients of one optimizer step by automatic differentiation, summed over its micro-batches. Each term is averaged over
 * the whole step, or over each micro-batch and then over these (`lossAverage`). Only the given weights have a gradient;
 * nothing is traced into what lies below them. The caller owns the gradients.
 */
export async function gradientsOfStep(
  stage: Stage,
  options: TrainingOptions,
  weights: ReadonlyMap<string, tf.Variable>,
  step: number,
): Promise<StepGradients> {
  const planned = stage.plan(turnsOfStep(step, { ...options, examples: stage.examples, stage: stage.name }));
  const shares = sharesOfTerms(
    planned.map(({ counts }) => counts),
    options.lossAverage,
  );
  const gradients: StepGradients['gradients'] = new Map();
  const losses: Losses = { loss: 0 };
  for (const [index, { prepare }] of planned.entries()) {
    const share = shares[index]!;
    // Nothing of it counts.
    if (Object.values(share).every((value) => value === 0)) continue;
    const batch = prepare();
    try {
      const { total, parts } = differentiate(batch, weights, gradients, share);
      losses.loss += await valueOf(total);
      for (const [name, part] of Object.entries(parts) as [ObjectiveTerm, tf.Scalar][]) {
        losses[name] = (losses[name] ?? 0) + share[name]! * (await valueOf(part));
      }
    } finally {
      batch.dispose();
    }
  }
  return { gradients, losses, tokens: planned.reduce((sum, { tokens }) => sum + tokens, 0) };
}

/**
 * What each term of each micro-batch is multiplied by before all are summed.
 *
 *   step:        n_mt / sum_m n_mt,   n_mt: groups or rows of term t in micro-batch m
 *   micro-batch: 1 / M,               M: micro-batches of the step
 *
 * With `step` the sum is the average over all rows (or groups) of the step, so it does not depend on how the step is split.
 *
 * Source: Hugging Face transformers, `Trainer.training_step`: since 4.46 losses are summed and divided once, by the number
 * of counted tokens of the step (`num_items_in_batch`); before, each micro-batch's mean was divided by their number.
 *
 * @example
 * sharesOfTerms([{ nextToken: 3 }, { nextToken: 1 }]); // [{ nextToken: 0.75 }, { nextToken: 0.25 }]
 */
export function sharesOfTerms(counts: readonly PerTerm[], lossAverage: LossAverage = 'step'): PerTerm[] {
  const shares = counts.map((): PerTerm => ({}));
  for (const term of OBJECTIVE_TERMS) {
    const total = counts.reduce((sum, count) => sum + (count[term] ?? 0), 0);
    for (const [index, count] of counts.entries()) {
      if (count[term] === undefined) continue;
      // A step without any row of a term has no such average: the loss itself says so.
      const bySize = lossAverage === 'step' && total > 0;
      shares[index]![term] = bySize ? count[term] / total : 1 / counts.length;
    }
  }
  return shares;
}

/** Adds the gradients of a micro-batch's loss to `gradients`; returns that loss, and its terms without shares. */
function differentiate(
  batch: MicroBatch,
  weights: ReadonlyMap<string, tf.Variable>,
  gradients: Map<string, tf.Tensor>,
  shares: PerTerm,
): ReturnType<MicroBatch['loss']> {
  let kept: LossParts = {};
  const { value: total, grads } = tf.variableGrads(() => {
    const { total: loss, parts } = batch.loss(shares);
    kept = parts;
    Object.values(parts).forEach((part) => tf.keep(part));
    return loss;
  }, [...weights.values()]);
  for (const [name, weight] of weights) {
    const gradient = grads[weight.name];
    // A weight that the loss does not depend on has none.
    if (gradient === undefined || gradient === null) continue;
    const sum = gradients.get(name);
    gradients.set(name, sum === undefined ? gradient : tf.add(sum, gradient));
    if (sum !== undefined) tf.dispose([sum, gradient]);
  }
  return { total, parts: kept };
}

/** The number in a scalar, which is disposed of. */
async function valueOf(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
}
