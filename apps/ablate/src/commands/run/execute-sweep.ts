import type { SweepPlan } from '@tsarank/ablation';
import { printNotice, WorkError } from '@tsarank/io';
import { isOrphan, runFolder } from '@tsarank/runs';
import { runSweep, type SweepEvent } from '@tsarank/sweeps';
import { runCommandText } from '../../experiment/command-text';
import { followRuns } from './follow-runs';
import { makeExecutor } from '../../executor/make-executor';
import type { ExperimentOptions } from '../../options/experiment-options';
import { readResults, type Results } from '../../results/result-files';
import { stopSignal } from '../../executor/stop-signal';
import { sweepDisplay } from './sweep-display';
import type { SweepOptions } from '../../options/sweep-options';
import { parseTrackers, trackingRequest } from '../../options/tracking-options';
import { tableLogFolder, trackTable } from '../../results/track-table';

/** Where to look at a failed run. */
export interface FailedRun {
  runId: string;
  why: string;
  log: string;
}

/**
 * Executes what a plan lacks, shows it on standard error, and tells the trackers.
 *
 * @returns Failed runs, and the table as the records have it then.
 *
 * @throws {WorkError} when it was stopped, saying how to go on.
 */
export async function executeSweep(
  plan: SweepPlan,
  options: ExperimentOptions & SweepOptions,
): Promise<{ failed: FailedRun[]; stopped?: string; results: Results }> {
  const trackers = parseTrackers(options.track ?? []);
  const tracking = trackers.size > 0 ? trackingRequest(plan.spec, options) : undefined;
  const display =
    options['log-level'] === 'info' ? sweepDisplay({ label: plan.spec.name, stream: process.stderr }) : () => undefined;
  const onNotice = (text: string): void => display({ type: 'notice', text });
  const executor = makeExecutor(plan, options, onNotice);
  const live = trackers.has('wandb-live') ? followRuns(options.out, onNotice) : undefined;
  const stop = stopSignal();
  const onEvent = (event: SweepEvent): void => {
    live?.take(event);
    display(event);
  };
  try {
    const outcome = await runSweep(plan, {
      runsDir: options.out,
      executor,
      failFast: options['fail-fast'],
      stopAlike: options['stop-alike'],
      retries: options.retries,
      keep: options.keep,
      signal: stop.signal,
      onEvent,
      ...(tracking ? { tracking } : {}),
    });
    const results = readResults(plan, options);
    if (tracking) trackTable(plan, tracking, { table: results.table, out: options.out });
    live?.follow(tableLogFolder(options.out, plan.spec.name));
    const failed = outcome.failed.map(({ runId, error }) => ({
      runId,
      why: `${error!.kind}: ${error!.message}`,
      log: runFolder(options.out, runId).log,
    }));
    const own = new Set(outcome.failed.filter((record) => !isOrphan(record)).map(({ runId }) => runId));
    for (const { runId, why, log } of failed.filter((each) => own.has(each.runId)))
      printNotice(`ablate: run ${runId} failed (${why}); see ${log}\n`);
    if (outcome.stopped) printNotice(`ablate: stopped before the end: ${outcome.stopped}\n`);
    return { failed, results, ...(outcome.stopped ? { stopped: outcome.stopped } : {}) };
  } catch (error) {
    if (error instanceof WorkError && stop.signal.aborted)
      throw new WorkError(`${error.message}:\n  ${runCommandText(options)}`);
    throw error;
  } finally {
    await live?.close(stop.signal.aborted ? 0 : undefined);
    stop.release();
  }
}
