import { InputError } from '@tsarank/io';
import type { LoraSettings } from '@tsarank/model';
import type { Options } from 'yargs';
import { nameList, oneOf, realNumber, wholeNumber } from './option-values';
import { modelOption, optionalPath, requiredPath } from './shared-options';
import { tokenLimitOptions } from './token-limits';

/** Targets: every linear module in the blocks. */
const ALL_LINEAR = 'all-linear';

/** Where the stages' defaults differ. */
export interface StageDefaults {
  learningRate: number;
  warmupRatio: number;
  batchSize: number;
  /** What a batch is made of. */
  unit: 'pairs' | 'groups';
}

/**
 * What both stages are told. Text limits are those of the published stage two in both stages, as in the reference in
 * PyTorch; rates, schedule and clipping are the published ones.
 */
export function trainingOptions({ learningRate, warmupRatio, batchSize, unit }: StageDefaults) {
  return {
    model: modelOption,
    out: requiredPath(
      'out',
      'Model folder to write (with --lora-rank an adapter folder); an unfinished training lies beside it in <out>.checkpoint',
    ),
    'top-layers': {
      describe: 'Blocks that train, counted from the top; 0 trains all weights',
      default: 0,
      requiresArg: true,
      coerce: wholeNumber('top-layers', 0),
    },
    'lora-rank': {
      describe: 'Trains adapters of this rank (LoRA) in the blocks that --top-layers counts, and writes a PEFT adapter',
      requiresArg: true,
      coerce: wholeNumber('lora-rank'),
    },
    'lora-alpha': {
      describe: 'With --lora-rank: adapters are multiplied by alpha / rank (default 16)',
      requiresArg: true,
      coerce: realNumber('lora-alpha', { above: true }),
    },
    'lora-targets': {
      describe:
        "With --lora-rank: modules that have adapters, as q_proj,v_proj, or all-linear (default: PEFT's for the family)",
      requiresArg: true,
      coerce: nameList('lora-targets', ALL_LINEAR),
    },
    'learning-rate': {
      describe: 'Highest learning rate',
      default: learningRate,
      requiresArg: true,
      coerce: realNumber('learning-rate'),
    },
    schedule: {
      describe: 'Course of the learning rate after the warm-up: constant, cosine',
      default: 'cosine',
      requiresArg: true,
      coerce: oneOf('schedule', ['constant', 'cosine']),
    },
    'warmup-ratio': {
      describe: 'Share of the steps over which a cosine rises from 0; a constant rate has no warm-up',
      default: warmupRatio,
      requiresArg: true,
      coerce: realNumber('warmup-ratio', { most: 1 }),
    },
    'clip-norm': {
      describe: 'Largest norm of the gradient; 0: no clipping',
      default: 1,
      requiresArg: true,
      coerce: realNumber('clip-norm'),
    },
    'batch-size': {
      describe: `${unit === 'pairs' ? 'Pairs' : 'Groups'} a micro-batch`,
      default: batchSize,
      requiresArg: true,
      coerce: wholeNumber('batch-size'),
    },
    accumulate: {
      describe: 'Micro-batches a step, gradients averaged',
      default: 1,
      requiresArg: true,
      coerce: wholeNumber('accumulate'),
    },
    steps: {
      describe: `Optimizer steps (default: one pass over the ${unit})`,
      requiresArg: true,
      coerce: wholeNumber('steps'),
    },
    order: {
      describe: `Order of the ${unit}: given, shuffled`,
      default: 'shuffled',
      requiresArg: true,
      coerce: oneOf('order', ['given', 'shuffled']),
    },
    ...tokenLimitOptions({ document: 128, query: 32 }),
    log: optionalPath('log', 'File for one line of JSON a step, written as steps happen'),
    'checkpoint-seconds': {
      describe: 'Seconds between checkpoints (default 60)',
      requiresArg: true,
      coerce: realNumber('checkpoint-seconds'),
    },
    'checkpoint-steps': {
      describe: 'Steps between checkpoints, instead of or beside seconds',
      requiresArg: true,
      coerce: wholeNumber('checkpoint-steps'),
    },
  } as const satisfies Record<string, Options>;
}

/** The values of these options as a handler gets them. */
export interface TrainingValues {
  model: string;
  out: string;
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
  steps?: number;
  order: 'given' | 'shuffled';
  maxDocumentTokens: number;
  maxQueryTokens: number;
  specialTokensInText: boolean;
  log?: string;
  checkpointSeconds?: number;
  checkpointSteps?: number;
}

const DEFAULT_ALPHA = 16;

/**
 * The adapters that are asked for, as the training takes them, or null for none.
 *
 * @throws {InputError} for an option that means nothing without a rank.
 */
export function loraOf({ loraRank, loraAlpha, loraTargets }: TrainingValues): LoraSettings | null {
  if (loraRank !== undefined) {
    const targetModules = loraTargets === ALL_LINEAR ? ALL_LINEAR : (loraTargets?.split(',') ?? null);
    return { rank: loraRank, alpha: loraAlpha ?? DEFAULT_ALPHA, targetModules };
  }
  const alone = loraAlpha !== undefined ? 'lora-alpha' : loraTargets !== undefined ? 'lora-targets' : undefined;
  if (alone !== undefined) throw new InputError({ field: alone, message: 'needs --lora-rank too' });
  return null;
}
