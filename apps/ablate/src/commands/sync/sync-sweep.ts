import { printNotice } from '@tsarank/io';
import type { SweepPlan } from '@tsarank/ablation';
import { completeWandbLog, runFolder } from '@tsarank/runs';
import { syncWandbLogs, wandbLogs, type WandbLogPlace } from '@tsarank/tracking';
import type { ExperimentOptions } from '../../options/experiment-options';
import { readResults } from '../../results/result-files';
import { tableLogFolder, trackTable } from '../../results/track-table';
import { trackingRequest, type TrackingOptions } from '../../options/tracking-options';

export interface SyncedSweep {
  /** Folders of the logs that were uploaded now. */
  uploaded: string[];
  failed: { folder: string; why: string }[];
  /** Logs that had been uploaded before. */
  current: number;
  /** Runs that have neither a record nor a log. */
  absent: number;
}

/**
 * Uploads every log of a sweep that W&B does not have yet. Runs that left a record but no complete log get one first,
 * made of their own files, and so does the table.
 *
 * @param client Path of the official client.
 */
export async function syncSweep(
  plan: SweepPlan,
  options: ExperimentOptions & TrackingOptions,
  client: string,
): Promise<SyncedSweep> {
  const request = trackingRequest(plan.spec, options);
  for (const run of plan.runs) completeWandbLog(options.out, run, request);
  const { table, records } = readResults(plan, options);
  if (records.length > 0) trackTable(plan, request, { table, out: options.out });
  const shown = plan.runs.filter(({ shownUnder }) => shownUnder === undefined);
  const byRun = shown.map(({ runId }) => wandbLogs(runFolder(options.out, runId).wandb));
  const logs: WandbLogPlace[] = [...byRun.flat(), ...wandbLogs(tableLogFolder(options.out, plan.spec.name))];
  const waiting = logs.filter(({ synced }) => !synced);
  const onLine = (line: string): void => void printNotice(`${line}\n`);
  const { uploaded, failed } = await syncWandbLogs(waiting, { client: [client], env: process.env, onLine });
  return {
    uploaded: uploaded.map(({ folder }) => folder),
    failed: failed.map(({ folder, why }) => ({ folder, why })),
    current: logs.length - waiting.length,
    absent: byRun.filter((each) => each.length === 0).length,
  };
}
