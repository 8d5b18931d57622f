import { InputError } from '@tsarank/io';
import type { InferredOptionTypes, Options } from 'yargs';
import { parseTrackers } from './tracking-options';

/** Options of commands that execute runs. What their names must not be: see `experimentOptions`. */
export const sweepOptions = {
  jobs: {
    type: 'number',
    requiresArg: true,
    describe:
      'runs at a time; default: one a core, 1 on a GPU or for a large model on TensorFlow; 64 on Slurm and BullMQ',
  },
  executor: {
    choices: ['local', 'slurm', 'bullmq'] as const,
    requiresArg: true,
    default: 'local' as const,
    describe: 'where runs are executed',
  },
  slurm: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: 'option of sbatch as name=value, repeatable: partition=gpu',
  },
  redis: {
    type: 'string',
    requiresArg: true,
    describe: 'of the BullMQ queue; default: TSARANK_REDIS, or redis://127.0.0.1:6379',
  },
  queue: { type: 'string', requiresArg: true, describe: 'name of the BullMQ queue; default: tsarank' },
  memory: {
    type: 'number',
    requiresArg: true,
    describe: 'GiB that local runs may take together; default: what is free; 0: not looked at',
  },
  'checkpoint-seconds': { type: 'number', requiresArg: true, default: 15, describe: 'how often a training is saved' },
  retries: {
    type: 'number',
    requiresArg: true,
    default: 2,
    describe: 'more tries of a run that was killed, preempted or out of memory',
  },
  'stop-alike': {
    type: 'number',
    requiresArg: true,
    default: 3,
    describe: 'stop when the first N runs all failed alike; 0: never',
  },
  keep: {
    choices: ['none', 'baseline', 'best', 'all'] as const,
    requiresArg: true,
    describe: 'fine-tuned models left on the disk; default: baseline and best of each seed, and all below 100 MB',
  },
  'fail-fast': { type: 'boolean', nargs: 0, default: false, describe: 'stop at the first failed run' },
  track: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: 'none, wandb (offline log), wandb-live; several: wandb,wandb-live',
  },
  project: { type: 'string', requiresArg: true, describe: "W&B's project; default: tsarank" },
  entity: { type: 'string', requiresArg: true, describe: "W&B's entity; default: that of the key" },
  tags: { type: 'string', requiresArg: true, describe: 'as in table-3,smoke' },
  'log-level': {
    choices: ['info', 'error'] as const,
    requiresArg: true,
    default: 'info' as const,
    describe: 'error: no progress',
  },
} as const satisfies Record<string, Options>;

export type SweepOptions = InferredOptionTypes<typeof sweepOptions>;

/**
 * Refuses options that act only beside another one.
 *
 * @param other The option that they need, and what it is, or was asked for.
 * @throws {InputError} naming the first of them that was given for nothing.
 */
export function requireUsed(other: string, isThere: unknown, options: Readonly<Record<string, unknown>>): void {
  if (isThere) return;
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (!given) return;
  throw new InputError({
    field: `--${given[0]}`,
    found: `--${given[0]} without --${other}`,
    expected: `--${other} as well: nothing else reads it`,
  });
}

/** @throws {InputError} naming the first option whose value makes no sense, or that nothing would read. */
export function checkSweepOptions(options: Partial<SweepOptions>): void {
  checkNumber('jobs', options.jobs, 1);
  checkNumber('checkpoint-seconds', options['checkpoint-seconds'], Number.MIN_VALUE);
  checkNumber('memory', options.memory, 0);
  checkNumber('retries', options.retries, 0, true);
  checkNumber('stop-alike', options['stop-alike'], 0, true);
  parseSlurmOptions(options.slurm ?? []);
  const trackers = parseTrackers(options.track ?? []);
  const { executor = 'local', slurm, redis, queue, memory, project, entity, tags } = options;
  if ('executor' in options) {
    requireUsed('executor slurm', executor === 'slurm', { slurm });
    requireUsed('executor bullmq', executor === 'bullmq', { redis, queue });
    requireUsed('executor local', executor === 'local', { memory });
    requireUsed('track wandb', trackers.size > 0, { project, entity, tags });
  }
}

function checkNumber(
  name: string,
  value: number | undefined,
  least: number,
  whole = Number.isInteger(least) && least > 0,
): void {
  if (value === undefined || (value >= least && (whole ? Number.isInteger(value) : Number.isFinite(value)))) return;
  const bound = least === Number.MIN_VALUE ? 'above 0' : `of ${least} or more`;
  throw new InputError({
    field: `--${name}`,
    found: String(value),
    expected: `a ${whole ? 'whole ' : ''}number ${bound}`,
  });
}

/**
 * `--slurm partition=gpu --slurm time=2:00:00` as sbatch's options.
 *
 * @throws {InputError} for one without a name, and for a name that stands there twice.
 */
export function parseSlurmOptions(settings: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const setting of settings) {
    const match = /^(?:--)?([a-z][a-z-]*)(?:=(.*))?$/.exec(setting);
    if (!match)
      throw new InputError({ field: '--slurm', found: `"${setting}"`, expected: 'name=value, as in partition=gpu' });
    if (Object.hasOwn(options, match[1]!))
      throw new InputError({ field: '--slurm', found: `${match[1]} twice`, expected: 'once' });
    options[match[1]!] = match[2] ?? '';
  }
  return options;
}

/**
 * Where the queue lies: `--redis`, else `TSARANK_REDIS`, else this machine.
 *
 * @throws {InputError} when it is no address of a Redis server.
 */
export function redisUrl(option: string | undefined, environment = process.env['TSARANK_REDIS']): string {
  const url = option ?? (environment || 'redis://127.0.0.1:6379');
  if (/^rediss?:\/\/\S+$/.test(url)) return url;
  throw new InputError({
    field: option === undefined ? 'TSARANK_REDIS' : '--redis',
    found: `"${url}"`,
    expected: 'redis://host:port',
  });
}
