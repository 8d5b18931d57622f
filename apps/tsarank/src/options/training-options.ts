import type { LoraSettings } from '@tsarank/model';
import type { Options } from 'yargs';
import { refuseIgnored } from './ignored-options';
import { nameList, oneOf, realNumber, wholeNumber } from './option-values';
import { modelOption, optionalPath, overwriteOption, requiredPath } from './shared-options';
import { tokenLimitOptions } from './token-limits';

/** Targets: every linear module in the blocks. */
const ALL_LINEAR = 'all-linear';
const DEFAULT_ALPHA = 16;

/** Where the stages' defaults differ. */
export interface StageDefaults {
  learningRate: number;
  warmupRatio: number;
  batchSize: number;
  /** What a batch is made of. */
  unit: 'pairs' | 'groups';
}

/**
 * Options of both training stages. Text limits are those of the published stage two in both stages, as in the reference in
 * PyTorch; rates, schedule and clipping are the published ones. An option whose default depends on others has none here:
 * `settleTraining` fills it in.
 */
export function trainingOptions({ learningRate, warmupRatio, batchSize, unit }: StageDefaults) {
  return {
    model: modelOption,
    out: requiredPath(
      'out',
      'Model folder to write (an adapter folder with --lora-rank); checkpoints are kept in <out>.checkpoint until it is complete',
    ),
    overwrite: overwriteOption,
    'top-layers': {
      describe: 'Train only this many of the top blocks; 0 trains all weights',
      default: 0,
      requiresArg: true,
      coerce: wholeNumber('top-layers', 0),
    },
    'lora-rank': {
      describe: 'Train LoRA adapters of this rank (in the blocks of --top-layers) and write them as a PEFT adapter',
      requiresArg: true,
      coerce: wholeNumber('lora-rank'),
    },
    'lora-alpha': {
      describe: 'Scale of the adapters: they are multiplied by alpha / rank; needs --lora-rank',
      defaultDescription: String(DEFAULT_ALPHA),
      requiresArg: true,
      coerce: realNumber('lora-alpha', { above: true }),
    },
    'lora-targets': {
      describe: 'Modules that get adapters, such as q_proj,v_proj, or all-linear; needs --lora-rank',
      defaultDescription: "PEFT's default for the model family",
      requiresArg: true,
      coerce: nameList('lora-targets', ALL_LINEAR),
    },
    'learning-rate': {
      describe: 'Peak learning rate',
      default: learningRate,
      requiresArg: true,
      coerce: realNumber('learning-rate'),
    },
    schedule: {
      describe: 'Learning-rate schedule: cosine (with warm-up), constant (without)',
      default: 'cosine',
      requiresArg: true,
      coerce: oneOf('schedule', ['constant', 'cosine']),
    },
    'warmup-ratio': {
      describe: 'Share of the steps in which the cosine schedule warms up from 0',
      defaultDescription: String(warmupRatio),
      requiresArg: true,
      coerce: realNumber('warmup-ratio', { most: 1 }),
    },
    'clip-norm': {
      describe: 'Clip the gradient to this norm; 0 turns clipping off',
      default: 1,
      requiresArg: true,
      coerce: realNumber('clip-norm'),
    },
    'batch-size': {
      describe: `${unit === 'pairs' ? 'Pairs' : 'Groups'} per micro-batch`,
      default: batchSize,
      requiresArg: true,
      coerce: wholeNumber('batch-size'),
    },
    accumulate: {
      describe: `Micro-batches per optimizer step; the last step of a pass takes the ${unit} that are left`,
      default: 1,
      requiresArg: true,
      coerce: wholeNumber('accumulate'),
    },
    'loss-average': {
      describe:
        'What losses are averaged over: step (all tokens of a step, so --accumulate gives the same result as a larger batch), ' +
        'micro-batch (each micro-batch, then their mean, as published)',
      defaultDescription: '"step"',
      requiresArg: true,
      coerce: oneOf('loss-average', ['step', 'micro-batch']),
    },
    steps: {
      describe: 'Optimizer steps',
      defaultDescription: `one pass over the ${unit}`,
      requiresArg: true,
      coerce: wholeNumber('steps'),
    },
    order: {
      describe: `Order of the ${unit}: shuffled (anew in each pass), given (as in the file)`,
      default: 'shuffled',
      requiresArg: true,
      coerce: oneOf('order', ['given', 'shuffled']),
    },
    ...tokenLimitOptions({ document: 128, query: 32 }),
    log: optionalPath('log', 'File for the training log, one JSON object per step'),
    'checkpoint-seconds': {
      describe: 'Save a checkpoint after this many seconds',
      defaultDescription: '60',
      requiresArg: true,
      coerce: realNumber('checkpoint-seconds'),
    },
    'checkpoint-steps': {
      describe: 'Save a checkpoint after this many steps, instead of or in addition to --checkpoint-seconds',
      requiresArg: true,
      coerce: wholeNumber('checkpoint-steps'),
    },
  } as const satisfies Record<string, Options>;
}

/** The values of these options, all defaults filled in. */
export interface TrainingValues {
  model: string;
  out: string;
  overwrite: boolean;
  seed: number;
  topLayers: number;
  loraRank?: number;
  loraAlpha?: number;
  loraTargets?: string;
  learningRate: number;
  schedule: 'constant' | 'cosine';
  warmupRatio: number;
  clipNorm: number;
  batchSize: number;
  accumulate: number;
  lossAverage: 'step' | 'micro-batch';
  steps?: number;
  order: 'given' | 'shuffled';
  maxDocumentTokens: number;
  maxQueryTokens: number;
  specialTokensInText: boolean;
  log?: string;
  checkpointSeconds?: number;
  checkpointSteps?: number;
}

/** The same as the command line gives them. */
export type GivenTrainingValues = Omit<TrainingValues, 'warmupRatio' | 'lossAverage'> &
  Partial<Pick<TrainingValues, 'warmupRatio' | 'lossAverage'>>;

/**
 * Fills in the defaults that depend on other options.
 *
 * @throws {InputError} for an option that was given though it would change nothing.
 */
export function settleTraining<Values extends GivenTrainingValues>(
  values: Values,
  defaults: Pick<StageDefaults, 'warmupRatio'>,
): Values & TrainingValues {
  const { schedule, warmupRatio, accumulate, lossAverage, loraRank, loraAlpha, loraTargets } = values;
  const isConstant = schedule === 'constant';
  refuseIgnored([
    { option: 'warmup-ratio', given: isConstant && (warmupRatio ?? 0) > 0, when: 'with --schedule constant' },
    { option: 'loss-average', given: accumulate === 1 && lossAverage === 'micro-batch', when: 'with --accumulate 1' },
    { option: 'lora-alpha', given: loraRank === undefined && loraAlpha !== undefined, when: 'without --lora-rank' },
    { option: 'lora-targets', given: loraRank === undefined && loraTargets !== undefined, when: 'without --lora-rank' },
  ]);
  return {
    ...values,
    warmupRatio: isConstant ? 0 : (warmupRatio ?? defaults.warmupRatio),
    lossAverage: lossAverage ?? 'step',
  };
}

/** The adapters to train, or null for none. */
export function loraOf({ loraRank, loraAlpha, loraTargets }: TrainingValues): LoraSettings | null {
  if (loraRank === undefined) return null;
  const targetModules = loraTargets === ALL_LINEAR ? ALL_LINEAR : (loraTargets?.split(',') ?? null);
  return { rank: loraRank, alpha: loraAlpha ?? DEFAULT_ALPHA, targetModules };
}
