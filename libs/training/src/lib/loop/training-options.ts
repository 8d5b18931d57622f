import { InputError } from '@tsarank/io';
import type { CausalLm, LoraSettings } from '@tsarank/model';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { Schedule } from '../optimizer/learning-rate';

/** `given`: the examples as they stand, epoch after epoch; `shuffled`: in a new seeded order every epoch. */
export type BatchOrder = 'given' | 'shuffled';

/** Where checkpoints are kept and how often; with neither interval, every 60 seconds. */
export interface CheckpointOptions {
  dir: string;
  everySteps?: number;
  everySeconds?: number;
}

/**
 * What the terms of the loss are averaged over. `step`: all tokens (groups, for the rank loss) of an optimizer step, so that
 * splitting it into micro-batches changes nothing. `micro-batch`: those of each micro-batch, and then over the micro-batches,
 * as published: a token counts more where its micro-batch has fewer.
 */
export type LossAverage = 'step' | 'micro-batch';

/** One line of a training log. Losses are averages over the step (see `LossAverage`), in nats. */
export interface LogRow {
  /** From 0. */
  step: number;
  /** The weighted objective. */
  loss: number;
  rank?: number;
  nextToken?: number;
  differencePenalty?: number;
  /** Norm of the whole gradient before clipping. */
  gradNorm: number;
  /** Real (not padding) rows that were computed. */
  tokens: number;
  seconds: number;
}

/** What both stages are told. */
export interface TrainingOptions {
  /** Trained in place. */
  model: CausalLm;
  tokenizer: Tokenizer;
  seed: number;
  learningRate: number;
  schedule: Schedule;
  warmupRatio: number;
  /** Largest norm of the gradient; 0 turns clipping off. */
  clipNorm: number;
  /** Examples (pairs, groups) a micro-batch. */
  batchSize: number;
  /** Micro-batches a step: as many more examples, in no more memory. Default 1. */
  accumulate?: number;
  /** Default `step`. */
  lossAverage?: LossAverage;
  /** Optimizer steps in all. */
  steps: number;
  order: BatchOrder;
  /** Blocks that train, counted from the top; 0 trains every weight. */
  topLayers: number;
  /**
   * Trains adapters beside the weights in place of the weights themselves: in the blocks that `topLayers` counts, 0 for all.
   * The model has them afterwards; `saveAdapter` and `mergeAdapters` take them from there. Default null: none.
   */
  lora?: LoraSettings | null;
  /** Token limits; with both absent the published evaluation rule cuts the document. */
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
  /** Read special tokens inside documents and queries as such, not as text. Default false. */
  specialTokensInText?: boolean;
  /** Hash of the weights that training starts from: a checkpoint made from others is refused. */
  modelHash?: string;
  checkpoint?: CheckpointOptions;
  /** After each step. */
  onStep?: (row: LogRow) => void;
  /** Once, before the first step, when a checkpoint was taken up: the rows of the steps already done. */
  onResume?: (rows: readonly LogRow[]) => void;
  /** Told of what did not stop the work, such as a damaged checkpoint. Default: standard error. */
  onWarning?: (message: string) => void;
  /** Stops before the next step, with a checkpoint where they are kept. */
  signal?: AbortSignal;
}

/** How a training ended. */
export interface TrainingResult {
  /** Steps done, those before a resume included. */
  steps: number;
  /** False when the signal stopped it. */
  finished: boolean;
  /** The whole log, those rows before a resume included. */
  rows: LogRow[];
  /** Hash of the examples in the order they are taken, over all steps (see `samplingOrder`). */
  order?: string;
  /** The step at which a checkpoint was taken up. */
  resumedFrom?: number;
}

/**
 * Optimizer steps of one pass over the examples; the last one takes what is left.
 *
 * @example
 * stepsPerEpoch(10, { batchSize: 4 }); // 3
 */
export function stepsPerEpoch(
  examples: number,
  { batchSize, accumulate = 1 }: Pick<TrainingOptions, 'batchSize' | 'accumulate'>,
): number {
  return Math.ceil(examples / (batchSize * accumulate));
}

/** @throws {InputError} naming the first option that makes no sense. */
export function checkTrainingOptions(options: TrainingOptions): void {
  const whole = (field: 'steps' | 'batchSize' | 'accumulate' | 'topLayers', least: number): void => {
    const value = options[field] ?? least;
    if (!Number.isInteger(value) || value < least) {
      throw new InputError({ field, found: String(value), expected: `a whole number of ${least} or more` });
    }
  };
  const within = (field: 'learningRate' | 'warmupRatio' | 'clipNorm', most: number): void => {
    const value = options[field];
    if (!(value >= 0 && value <= most && Number.isFinite(value))) {
      throw new InputError({
        field,
        found: String(value),
        expected: Number.isFinite(most) ? `a number from 0 to ${most}` : 'a number of 0 or more',
      });
    }
  };
  whole('steps', 1);
  whole('batchSize', 1);
  whole('accumulate', 1);
  whole('topLayers', 0);
  within('learningRate', Number.POSITIVE_INFINITY);
  within('warmupRatio', 1);
  within('clipNorm', Number.POSITIVE_INFINITY);
}

/** The options that decide the result, as a checkpoint compares them. */
export function resultOptions(options: TrainingOptions): Record<string, unknown> {
  return {
    architecture: options.model.architecture,
    modelHash: options.modelHash ?? null,
    tokenizerHash: options.tokenizer.hash,
    seed: options.seed,
    learningRate: options.learningRate,
    schedule: options.schedule,
    warmupRatio: options.warmupRatio,
    clipNorm: options.clipNorm,
    batchSize: options.batchSize,
    accumulate: options.accumulate ?? 1,
    // Where a step has one micro-batch, its average is that of the step.
    ...((options.accumulate ?? 1) > 1 && { lossAverage: options.lossAverage ?? 'step' }),
    steps: options.steps,
    order: options.order,
    topLayers: options.topLayers,
    ...(options.lora && { lora: { ...options.lora } }),
    maxDocumentTokens: options.maxDocumentTokens ?? null,
    maxQueryTokens: options.maxQueryTokens ?? null,
    ...(options.specialTokensInText && { specialTokensInText: true }),
  };
}
