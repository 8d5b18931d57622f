import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { InputError, printNotice, WorkError } from '@tsarank/io';
import { type Calibration, estimateRun, modelShape, probeMachine } from '@tsarank/estimate';
import { cacheFolder } from '../../experiment/cache-folder';
import { hubOfEnvironment } from '../../experiment/hub-models';

/** Load a core from which other work slows the runs down. */
const BUSY = 0.5;
const COMMAND_FILE = path.resolve(__dirname, '../../../bin/ablate.mjs');

export interface ProbePlanOptions {
  out: string;
  jobs: number;
  freeMemory?: number;
}

/**
 * Calibrations of the runs to be executed, one for each model and engine among them. Where one can't be had, the reason
 * goes to standard error and those runs have no times.
 */
export async function probePlan(
  runs: readonly PlannedRun[],
  { out, jobs, freeMemory }: ProbePlanOptions,
): Promise<(run: PlannedRun) => Calibration | undefined> {
  const keyOf = ({ config: { model, engine } }: PlannedRun): string => `${engine} ${model}`;
  const groups = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const group = groups.get(keyOf(run));
    if (group) group.push(run);
    else groups.set(keyOf(run), [run]);
  }
  const calibrations = new Map<string, Calibration>();
  const [load] = loadavg();
  const busy = load! / availableParallelism() > BUSY;
  for (const [key, group] of groups) {
    const { model, engine } = group[0]!.config;
    const shape = modelShape(model, hubOfEnvironment);
    const largest = group.reduce((most, run) => Math.max(most, estimateRun(run, shape).memory), 0);
    const fitting = freeMemory === undefined ? jobs : Math.floor(freeMemory / largest);
    const processes = Math.max(1, Math.min(jobs, group.length, fitting));
    const threads = Math.max(1, Math.floor(availableParallelism() / jobs));
    const onStart = (): void => {
      const side = processes === 1 ? 'one process' : `${processes} processes side by side`;
      printNotice(`ablate: measuring ${model} on ${engine} for a few seconds (${side}; --no-probe leaves it out)\n`);
      if (busy)
        printNotice(
          `ablate: other work loads this machine (${load!.toFixed(1)}): the times are those of now, and are not kept\n`,
        );
    };
    try {
      calibrations.set(
        key,
        await probeMachine(group, {
          keptIn: cacheFolder(out),
          shape,
          jobs: processes,
          threads,
          busy,
          command: [COMMAND_FILE, 'probe'],
          onStart,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkError || error instanceof InputError)) throw error;
      printNotice(`ablate: no times for ${model} on ${engine}: ${error.message}\n`);
    }
  }
  return (run) => calibrations.get(keyOf(run));
}
