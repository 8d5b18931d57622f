import { ENGINE_NAMES, presets } from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { sweepOptions } from './sweep-options';
import type { Argv, InferredOptionTypes, Options } from 'yargs';

/**
 * Options of every command that knows an experiment. None may be called like an option of Nx's run-commands executor
 * (parallel, command, env, cwd, args, color, tty, verbose, …): Nx takes those for itself, even after `--`.
 */
export const experimentOptions = {
  model: {
    type: 'string',
    requiresArg: true,
    describe: 'tiny, a Hugging Face folder, a .gguf file or hf:org/name@revision',
  },
  engine: {
    choices: [...ENGINE_NAMES, 'auto'] as const,
    requiresArg: true,
    describe: 'default: TSARANK_ENGINE, or the fastest there is',
  },
  precision: { choices: ['float32', 'bfloat16'] as const, requiresArg: true, describe: 'default: float32' },
  seeds: {
    type: 'string',
    requiresArg: true,
    alias: 'seed',
    describe: 'as in 0,1,2; default: those of the experiment',
  },
  preset: { choices: Object.keys(presets), requiresArg: true, describe: 'replaces the base of the experiment' },
  config: { type: 'string', requiresArg: true, describe: 'JSON file whose settings go over the base' },
  set: { type: 'string', array: true, nargs: 1, requiresArg: true, describe: 'path=value over the base, repeatable' },
  out: { type: 'string', requiresArg: true, default: 'runs', describe: 'folder of all runs' },
  json: { type: 'boolean', nargs: 0, default: false, describe: 'print JSON' },
} as const satisfies Record<string, Options>;

type Inferred = InferredOptionTypes<typeof experimentOptions>;
export type ExperimentOptions = Partial<Inferred> & Pick<Inferred, 'out' | 'json'> & { experiment: string };

/** The experiment as a position, and the options that change it. */
export function withExperiment<T>(yargs: Argv<T>) {
  return yargs
    .positional('experiment', {
      type: 'string',
      default: 'recipe',
      describe: 'a name in experiments/, or a .ts or .json file',
    })
    .options(experimentOptions);
}

/**
 * Seeds as `--seeds 0,1,2` has them.
 *
 * @throws {InputError} for anything but whole numbers, and for a seed that stands there twice.
 */
export function parseSeeds(text: string): number[] {
  const seeds = text.split(',').map((part) => {
    if (/^\d+$/.test(part.trim()) && Number.isSafeInteger(Number(part))) return Number(part);
    throw new InputError({ field: '--seeds', found: `"${text}"`, expected: 'whole numbers, as in 0,1,2' });
  });
  if (new Set(seeds).size === seeds.length) return seeds;
  throw new InputError({ field: '--seeds', found: `"${text}"`, expected: 'every seed once' });
}

/** @throws {InputError} for an option that takes one value and was given several. */
export function requireSingle(argv: Readonly<Record<string, unknown>>): void {
  for (const [name, option] of Object.entries({ ...experimentOptions, ...sweepOptions })) {
    if (!('array' in option) && Array.isArray(argv[name])) {
      throw new InputError({ field: `--${name}`, found: `${argv[name].length} values`, expected: 'one' });
    }
  }
}
