import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { readJsonLines, readText } from '@tsarank/io';
import { contentsOf, readWandbLog, wandbLogs } from '@tsarank/tracking';
import type { ConsoleLine } from './console-lines';
import type { LossRow } from '../loss-rows';
import { EXIT, isOrphan } from '../run-failure';
import { measuredScores } from '../measured-runs';
import { readRecord, runFolder } from '../run-folder';
import type { TrackingRequest } from './tracked-run';
import { shownRun, wandbRunLog, type ShownRun } from './wandb-run-log';

/** Of what a run printed, the end. */
const MOST_LINES = 10_000;

/**
 * Writes the W&B log of a run that has a record but no log that ends as the record does: one that was executed without a
 * tracker, or whose log could not be written to its end. Everything in it comes from the run's own files.
 *
 * @returns Whether one was written.
 */
export function completeWandbLog(runsDir: string, run: PlannedRun, request: TrackingRequest): boolean {
  const record = readRecord(runsDir, run.runId);
  const { losses, log: printed } = runFolder(runsDir, run.runId);
  if (!record || isOrphan(record)) return false;
  const shown = shownRun(run, runsDir);
  const logs = ownLogs(run, shown);
  if (hasEnded(logs, record)) return false;
  // On demand: the learning rate's formula lies among the tensor code, which takes half a second to load.
  const { trackedStep } = require('./tracked-step') as typeof import('./tracked-step');
  // Attempts that were tracked have their lines in their own logs.
  const log = wandbRunLog(shown, request, { printed: logs.length > 0 ? [] : linesOf(printed) });
  const settings = run.kind === 'score' ? undefined : run.config[run.kind];
  const rows = settings && record.status === 'done' && existsSync(losses) ? readJsonLines(losses) : [];
  for (const { value } of rows) log.step(trackedStep(settings!, value as LossRow));
  log.result(run.set ? measuredScores(run, record, runsDir) : record);
  log.finish(record.status === 'done' ? EXIT.done : EXIT.failed);
  return true;
}

function linesOf(file: string): ConsoleLine[] {
  if (!existsSync(file)) return [];
  return readText(file)
    .trimEnd()
    .split('\n')
    .slice(-MOST_LINES)
    .map((text) => ({ text, stream: 'stdout' }));
}

/** The logs of a run's own attempts: where scores are shown under the run that made the model, those behind its rows. */
function ownLogs(run: PlannedRun, { dir, firstStep }: ShownRun): ReturnType<typeof contentsOf>[] {
  const rows = run.kind === 'score' ? 1 : Math.max(1, run.config[run.kind]?.steps ?? 1);
  return wandbLogs(dir)
    .map(({ file }) => contentsOf(readWandbLog(file).records))
    .filter(({ startingStep }) => startingStep >= firstStep && startingStep < firstStep + rows);
}

/** Whether the latest log of a run says how the run ended, and in the same way. */
function hasEnded(logs: ReturnType<typeof ownLogs>, { status }: RunRecord): boolean {
  const latest = logs.at(-1);
  if (!latest) return false;
  if (status === 'done') return latest.exitCode === EXIT.done;
  // A killed attempt has no exit; W&B shows it as failed.
  return latest.exitCode !== EXIT.done;
}
