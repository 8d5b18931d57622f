import type { PlannedRun } from '@tsarank/ablation';
import { parseRunConfig, type RunFailure } from '@tsarank/config';
import type { HubSettings } from '@tsarank/hub';
import { InputError, readJson, waitForLock } from '@tsarank/io';
import { consoleProgress, progressWriter, type RunProgress } from './run-progress';
import { exitWithParent } from './exit-with-parent';
import { InterruptedError, type Execute } from './execution';
import { EXIT, failedRecord, failureOf } from './run-failure';
import { runFolder, writeRecord } from './run-folder';
import { silentRunLog, type RunLog } from './tracking/run-log';
import type { TrackingRequest } from './tracking/tracked-run';

export interface ExecutePlannedRunOptions {
  /** Folder of all runs. */
  runsDir: string;
  checkpointSeconds?: number;
  /** Threads of the engine. */
  threads?: number;
  /** Where models named `hf:` come from and are kept; asked when there is one. */
  hub?: () => HubSettings;
  /** Loads the tensor code only once the run is known to be wanted; default: `executeRun`. */
  loadExecute?: () => Execute;
}

/** How long the process of a killed sweep may take to notice; a lock left on another machine takes a minute of watching. */
const TAKE_OVER_MS = 90_000;

/**
 * The life of a run's own process: reads `planned.json`, does the run, keeps its progress in a file, and ends with its
 * parent. Whatever goes wrong becomes a failed record that names the cause. SIGTERM makes it save and end.
 *
 * @param file The run's `planned.json`.
 * @returns The exit code, one of `EXIT`.
 */
export async function executePlannedRun(
  file: string,
  { runsDir, checkpointSeconds, threads, hub, loadExecute = executeRunOnDemand }: ExecutePlannedRunOptions,
): Promise<number> {
  if (process.connected) exitWithParent();
  const stop = new AbortController();
  const onTerm = (): void => (stop.signal.aborted ? process.exit(EXIT.interrupted) : stop.abort());
  process.on('SIGTERM', onTerm);
  const { tracking, ...planned } = readPlannedRun(file);
  let lock: Awaited<ReturnType<typeof waitForLock>>;
  try {
    lock = await waitForLock(runFolder(runsDir, planned.runId).folder, { waitMs: TAKE_OVER_MS });
  } catch (error) {
    process.off('SIGTERM', onTerm);
    // What could not be written is told apart: it holds for every run of the sweep.
    if (failureOf(error).kind !== 'storage') throw error;
    console.error(error);
    return EXIT.storage;
  }
  const runLog = tracking ? openRunLog(planned, tracking, runsDir) : silentRunLog;
  try {
    const execute = loadExecute();
    const tell = [progressWriter(runFolder(runsDir, planned.runId).progress), consoleProgress(console.log)];
    const onProgress = (progress: RunProgress): void => tell.forEach((each) => each(progress));
    await execute(planned, { runsDir, onProgress, checkpointSeconds, threads, hub, signal: stop.signal, runLog });
    runLog.finish(EXIT.done);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof InterruptedError)) console.error(error);
    const code =
      error instanceof InterruptedError ? EXIT.interrupted : publishFailure(planned, failureOf(error), runsDir);
    runLog.finish(code);
    return code;
  } finally {
    lock.release();
    process.off('SIGTERM', onTerm);
  }
}

/** A failure to write is no property of the run: it leaves no record, and the run is as good as not begun. */
function publishFailure(planned: PlannedRun, failure: RunFailure, runsDir: string): number {
  if (failure.kind === 'storage') return EXIT.storage;
  try {
    writeRecord(runsDir, failedRecord(planned, failure));
    return EXIT.failed;
  } catch (error) {
    console.error(error);
    return EXIT.storage;
  }
}

function executeRunOnDemand(): Execute {
  return (require('./stages/execute-run') as typeof import('./stages/execute-run')).executeRun;
}

/** Loads the tracking code only for runs that are tracked. */
function openRunLog(planned: PlannedRun, tracking: TrackingRequest, runsDir: string): RunLog {
  const { shownRun, wandbRunLog } = require('./tracking/wandb-run-log') as typeof import('./tracking/wandb-run-log');
  return wandbRunLog(shownRun(planned, runsDir), tracking);
}

function readPlannedRun(file: string): PlannedRun & { tracking?: TrackingRequest } {
  const planned = readJson(file) as Partial<PlannedRun>;
  if (planned?.runId === undefined || planned.kind === undefined) {
    throw new InputError({ file, field: 'runId', found: 'nothing', expected: 'a planned run' });
  }
  return { ...(planned as PlannedRun), config: parseRunConfig(planned.config, { file, field: 'config' }) };
}
