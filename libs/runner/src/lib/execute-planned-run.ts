import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun } from '@tsarank/ablation';
import { parseRunConfig } from '@tsarank/config';
import { acquireLock, InputError, readJson, WorkError, type Lock } from '@tsarank/io';
import { exitWithParent } from './exit-with-parent';
import type { RunProgress } from './run-cost';
import { failedRecord, failureOf } from './run-failure';
import { runFolder, writeRecord } from './run-folder';

/** How a run is done; `executeRun`, or a stand-in in specs. */
export type Execute = (
  planned: PlannedRun,
  options: { runsDir: string; onProgress: (progress: RunProgress) => void; checkpointSeconds?: number; threads?: number },
) => Promise<unknown>;

export interface ExecutePlannedRunOptions {
  /** Folder of all runs. */
  runsDir: string;
  checkpointSeconds?: number;
  /** Threads of the engine. */
  threads?: number;
  /** Loads the tensor code only once the run is known to be wanted; default: `executeRun`. */
  loadExecute?: () => Execute;
}

/** How long the process of a killed sweep may take to notice. */
const TAKE_OVER_MS = 5000;
const REPORT_MS = 100;

/**
 * The life of a run's own process: reads `planned.json`, does the run, reports progress to the parent, and ends with it.
 * Whatever goes wrong becomes a failed record that names the cause.
 *
 * @param file The run's `planned.json`.
 * @returns The exit code: 0 when the run is done, 1 when it failed.
 */
export async function executePlannedRun(
  file: string,
  { runsDir, checkpointSeconds, threads, loadExecute = executeRunOnDemand }: ExecutePlannedRunOptions,
): Promise<number> {
  if (process.connected) exitWithParent();
  const planned = readPlannedRun(file);
  const lock = await takeOver(runFolder(runsDir, planned.runId).folder);
  try {
    const execute = loadExecute();
    await execute(planned, { runsDir, onProgress: reporter(), checkpointSeconds, threads });
    return 0;
  } catch (error) {
    console.error(error);
    writeRecord(runsDir, failedRecord(planned, failureOf(error)));
    return 1;
  } finally {
    lock.release();
  }
}

function executeRunOnDemand(): Execute {
  return (require('./execute-run') as typeof import('./execute-run')).executeRun;
}

function readPlannedRun(file: string): PlannedRun {
  const planned = readJson(file) as Partial<PlannedRun>;
  if (planned.runId === undefined || planned.kind === undefined) {
    throw new InputError({ file, field: 'runId', found: 'nothing', expected: 'a planned run' });
  }
  return { ...(planned as PlannedRun), config: parseRunConfig(planned.config, { file, field: 'config' }) };
}

/** The process of a sweep that was killed may need a moment to end. */
async function takeOver(folder: string): Promise<Lock> {
  const deadline = Date.now() + TAKE_OVER_MS;
  for (;;) {
    try {
      return acquireLock(folder);
    } catch (error) {
      if (!(error instanceof WorkError) || Date.now() > deadline) throw error;
      await sleep(REPORT_MS);
    }
  }
}

/** Sends progress to the parent, a few times a second and at every change of phase. */
function reporter(): (progress: RunProgress) => void {
  let last = 0;
  let phase = '';
  return (progress) => {
    const now = Date.now();
    const isEnd = progress.done >= progress.total;
    if (!process.connected || (now - last < REPORT_MS && progress.phase === phase && !isEnd)) return;
    last = now;
    phase = progress.phase;
    process.send?.(progress, undefined, undefined, () => undefined);
  };
}
