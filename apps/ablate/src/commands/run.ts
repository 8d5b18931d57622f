import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { SweepPlan } from '@tsarank/ablation';
import { InputError } from '@tsarank/io';
import type { CommandModule } from 'yargs';
import type { Outcome } from '../lib/command-line';
import { requireSingle, sweepOptions, withExperiment, type ExperimentOptions, type SweepOptions } from '../lib/options';

type RunArguments = ExperimentOptions & SweepOptions;

const COMMAND_FILE = path.resolve(__dirname, '../../bin/ablate.mjs');

/** Executes what has no record yet, then prints the table and writes it in every format. */
export function runCommand(outcome: Outcome): CommandModule<object, RunArguments> {
  return {
    command: ['run [experiment]', '$0'],
    describe: 'execute the runs that have no record yet, and print the table',
    builder: (yargs) => withExperiment(yargs).options(sweepOptions),
    handler: async (options) => {
      requireSingle(options);
      checkPositive('jobs', options.jobs, Number.isInteger);
      checkPositive('checkpoint-seconds', options['checkpoint-seconds'], Number.isFinite);
      const { planSweep } = require('../lib/plan-sweep') as typeof import('../lib/plan-sweep');
      const plan = await planSweep(options);
      const failures = await sweep(plan, options.jobs ?? defaultJobs(plan), options);
      const { readResults, writeResults, formatResults } =
        require('../lib/result-files') as typeof import('../lib/result-files');
      const results = readResults(plan, options);
      const files = writeResults(plan, results, options);
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ files, failed: failures, ...results.table }, null, 2)}\n`);
      } else {
        process.stdout.write(formatResults('md', plan, results, options));
        process.stdout.write(`\n${whereToGo(files.html, files.md, options).join('\n')}\n`);
      }
      if (failures.length > 0) outcome.exitCode = 1;
    },
  };
}

function checkPositive(name: string, value: number | undefined, isKind: (value: number) => boolean): void {
  if (value === undefined || (isKind(value) && value > 0)) return;
  const expected = isKind === Number.isInteger ? 'a whole number of 1 or more' : 'a number above 0';
  throw new InputError({ field: `--${name}`, found: String(value), expected });
}

/**
 * One a core; one in all where a run fills the device: on a GPU, and with TensorFlow, unless the model is the embedded
 * one, too small for two threads to help.
 */
function defaultJobs({ runs }: SweepPlan): number {
  const alone = runs.some(
    ({ config: { engine, model } }) => engine === 'tensorflow-gpu' || (engine === 'tensorflow' && model !== 'tiny'),
  );
  return alone ? 1 : availableParallelism();
}

/** @returns Where to look at each failed run. */
async function sweep(
  plan: SweepPlan,
  slots: number,
  options: RunArguments,
): Promise<{ runId: string; why: string; log: string }[]> {
  const { localExecutor, runFolder, runSweep } = require('@tsarank/runner') as typeof import('@tsarank/runner');
  const { sweepDisplay } = require('../lib/sweep-display') as typeof import('../lib/sweep-display');
  const saving = ['--checkpoint-seconds', String(options['checkpoint-seconds'])];
  // Runs side by side share the cores: each taking them all costs a fifth more processor time.
  const threads = Math.max(1, Math.floor(availableParallelism() / slots));
  const command: [string, ...string[]] = [process.execPath, COMMAND_FILE, 'execute', ...saving, '--threads', String(threads)];
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const { failed } = await runSweep(plan, {
      runsDir: options.out,
      executor: localExecutor({ command, slots }),
      failFast: options['fail-fast'],
      signal: stop.signal,
      ...(options['log-level'] === 'info'
        ? { onEvent: sweepDisplay({ label: plan.spec.name, stream: process.stderr }) }
        : {}),
    });
    const failures = failed.map(({ runId, error }) => ({
      runId,
      why: `${error!.kind}: ${error!.message}`,
      log: runFolder(options.out, runId).log,
    }));
    for (const { runId, why, log } of failures)
      process.stderr.write(`ablate: run ${runId} failed (${why}); see ${log}\n`);
    return failures;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function whereToGo(html: string, markdown: string, { experiment }: RunArguments): string[] {
  const other = experiment === 'negatives' ? 'trainable-layers' : 'negatives';
  return [
    `Report: ${path.resolve(html)}`,
    `Table:  ${markdown} (also .csv, .json, .tex)`,
    'Go on:  npx nx run ablate -- --seeds 0,1,2               more seeds, with their spread',
    `        npx nx run ablate -- ${other.padEnd(31)} another question (experiments/README.md)`,
    '        npx nx run ablate -- --model <folder or .gguf>   another model',
  ];
}
