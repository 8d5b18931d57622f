import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { readJsonLines, readText } from '@tsarank/io';
import { contentsOf, readWandbLog, wandbLogs } from '@tsarank/tracking';
import type { ConsoleLine } from './console-lines';
import type { LossRow } from '../loss-rows';
import { EXIT } from '../run-failure';
import { readRecord, runFolder } from '../run-folder';
import type { TrackingRequest } from './tracked-run';
import { wandbRunLog } from './wandb-run-log';

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
  const { wandb, losses, log: printed } = runFolder(runsDir, run.runId);
  if (!record || hasEnded(wandb, record)) return false;
  // On demand: the learning rate's formula lies among the tensor code, which takes half a second to load.
  const { trackedStep } = require('./tracked-step') as typeof import('./tracked-step');
  // Attempts that were tracked have their lines in their own logs.
  const log = wandbRunLog(run, request, wandb, { printed: wandbLogs(wandb).length === 0 ? linesOf(printed) : [] });
  const settings = run.kind === 'pretrain' ? run.config.pretrain : run.config.finetune;
  const rows = settings && record.status === 'done' && existsSync(losses) ? readJsonLines(losses) : [];
  for (const { value } of rows) log.step(trackedStep(settings!, value as LossRow));
  log.result(record);
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

/** Whether the latest log of a run says how the run ended, and in the same way. */
function hasEnded(dir: string, { status }: RunRecord): boolean {
  const latest = wandbLogs(dir).at(-1);
  if (!latest) return false;
  const { exitCode } = contentsOf(readWandbLog(latest.file).records);
  if (status === 'done') return exitCode === EXIT.done;
  // A killed attempt has no exit; W&B shows it as failed.
  return exitCode !== EXIT.done;
}
