import { printNotice } from '@tsarank/io';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { WorkerEvent } from '@tsarank/sweeps';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { redisUrl, checkSweepOptions, sweepOptions } from '../options/sweep-options';
import { stopSignal } from '../executor/stop-signal';

const workerOptions = {
  redis: sweepOptions.redis,
  queue: sweepOptions.queue,
  jobs: { type: 'number', requiresArg: true, default: 1, describe: 'runs at a time' },
  'checkpoint-seconds': sweepOptions['checkpoint-seconds'],
} as const satisfies Record<string, Options>;

type WorkerArguments = InferredOptionTypes<typeof workerOptions>;

/** Of this repository; a frozen copy of it has the same below its root. */
const ROOT = path.resolve(__dirname, '../../../..');

/** Takes runs of `ablate run --executor bullmq` from the queue until it is stopped. */
export function workerCommand(): CommandModule<object, WorkerArguments> {
  return {
    command: 'worker',
    describe: 'execute runs from a BullMQ queue until it is stopped',
    builder: (yargs) => yargs.options(workerOptions),
    handler: async (options) => {
      checkSweepOptions(options);
      const redis = redisUrl(options.redis);
      const { queue = 'tsarank' } = options;
      const { runWorker } = require('@tsarank/sweeps') as typeof import('@tsarank/sweeps');
      const threads = Math.max(1, Math.floor(availableParallelism() / options.jobs));
      const more = ['--checkpoint-seconds', String(options['checkpoint-seconds']), '--threads', String(threads)];
      const stop = stopSignal();
      try {
        await runWorker({
          redis,
          queue,
          slots: options.jobs,
          command: (root = ROOT) => [
            process.execPath,
            path.join(root, 'apps/ablate/bin/ablate.mjs'),
            'execute',
            ...more,
          ],
          signal: stop.signal,
          onEvent: (event) => printNotice(`worker ${process.pid}: ${lineOf(event, queue)}\n`),
        });
      } finally {
        stop.release();
      }
    },
  };
}

function lineOf(event: WorkerEvent, queue: string): string {
  switch (event.type) {
    case 'ready':
      return `takes runs from queue ${queue}; Ctrl-C lets them save and gives them back`;
    case 'run-start':
      return `run ${event.runId} started (${event.runsDir})`;
    case 'run-end':
      return `run ${event.runId} ${event.isGivenBack ? 'saved and given back' : howItEnded(event.end)} after ${event.seconds.toFixed(1)} s`;
    case 'notice':
      return event.text;
  }
}

function howItEnded({ code, signal }: { code: number | null; signal: string | null }): string {
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? 'done' : `ended with code ${code}`;
}
