import type { Options } from 'yargs';
import { filledText, oneOf, wholeNumber } from './option-values';

/** `auto` takes the fastest that loads. */
export const ENGINES = ['auto', 'tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Options that every command takes; the environment is read here and nowhere else. */
export const sharedOptions = {
  seed: {
    describe: 'Seed of everything that is drawn',
    default: 0,
    requiresArg: true,
    coerce: wholeNumber('seed', 0),
  },
  engine: {
    describe: `What computes: ${ENGINES.join(', ')} (TSARANK_ENGINE sets another default)`,
    default: process.env['TSARANK_ENGINE'] ?? 'auto',
    requiresArg: true,
    coerce: oneOf('engine', ENGINES),
  },
  precision: {
    describe: 'Number format of weights and products',
    default: 'float32',
    requiresArg: true,
    coerce: oneOf('precision', ['float32']),
  },
  jobs: {
    describe: 'Cores to use: threads of the TensorFlow engine (default all; the wasm engine has one)',
    requiresArg: true,
    coerce: wholeNumber('jobs'),
  },
  'log-level': {
    describe: `What is said on standard error: ${LOG_LEVELS.join(', ')}`,
    default: 'info',
    requiresArg: true,
    coerce: oneOf('log-level', LOG_LEVELS),
  },
} as const satisfies Record<string, Options>;

/** A path that has to be given. */
export function requiredPath<const Name extends string>(name: Name, describe: string) {
  return { describe, type: 'string', demandOption: true, requiresArg: true, coerce: filledText(name) } as const;
}

/** A path that may be given. */
export function optionalPath<const Name extends string>(name: Name, describe: string) {
  return { describe, type: 'string', requiresArg: true, coerce: filledText(name) } as const;
}

/** Of commands that write a model folder. */
export const overwriteOption = {
  describe: 'Replace the model that --out holds',
  type: 'boolean',
  default: false,
} as const;

export const modelOption = {
  ...requiredPath('model', 'Hugging Face folder, .gguf file, hf:org/name@revision, or tiny (embedded)'),
  coerce: filledText('model', 'a folder, a .gguf file, hf:org/name@revision, or tiny'),
} as const;
