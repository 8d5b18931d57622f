import type { RunRecord } from '@tsarank/config';
import { canonicalJson } from '@tsarank/io';
import type { ResultCell } from './result-table';
import type { RowRuns } from './row-runs';
import type { PlannedCell, PlannedRun, SweepPlan } from './sweep-plan';

/**
 * Why a cell lacks the numbers of some seeds and what fills it; undefined when it lacks none.
 *
 * @param lacking The runs of the row that have no number for the cell's column.
 * @param set The test set that the column is measured on; absent: all of them.
 * @param records Of single runs, by run id.
 */
export function missingRuns(
  row: RowRuns,
  { lacking, set }: { lacking: readonly RowRuns['runs'][number][]; set?: string },
  { runs }: SweepPlan,
  records: ReadonlyMap<string, RunRecord>,
  command: string,
): ResultCell['missing'] {
  if (lacking.length === 0) return undefined;
  const reasons = lacking.map(({ seed, cell }) => ({ seed, why: reasonOf(cell, set, runs, records) }));
  const alone = new Set(reasons.map(({ why }) => why)).size === 1;
  const why = alone ? reasons[0]!.why : reasons.map((reason) => `seed ${reason.seed}: ${reason.why}`).join('; ');
  const partial = reasons.length < row.runs.length ? `${reasons.length} of ${row.runs.length} seeds: ` : '';
  return { why: partial + why, command };
}

const RANK: Readonly<Record<PlannedRun['kind'], number>> = { finetune: 0, pretrain: 1, score: 2 };

/** A run on the way to the number that failed says why: that which made the model, before its stage one and its scores. */
function reasonOf(
  { model, scores }: PlannedCell,
  set: string | undefined,
  runs: readonly PlannedRun[],
  records: ReadonlyMap<string, RunRecord>,
): string {
  const planned = (runId: string): PlannedRun => runs.find((run) => run.runId === runId)!;
  const stages: string[] = [];
  for (let id = model; id !== undefined; id = planned(id).parent) stages.unshift(id);
  const wanted = set === undefined ? Object.values(scores) : [scores[set]!];
  const open = [...stages, ...wanted].filter((runId) => records.get(runId)?.status !== 'done').map(planned);
  const stagesFirst = [...open].sort((a, b) => RANK[a.kind] - RANK[b.kind]);
  const failed = stagesFirst.find(({ runId }) => records.get(runId)?.error);
  if (failed) {
    const { kind, message } = records.get(failed.runId)!.error!;
    const what = failed.kind === 'pretrain' ? 'stage one' : failed.kind === 'score' ? 'scoring run' : 'run';
    return `${what} ${failed.runId} failed (${kind}): ${message}`;
  }
  return open.map((run) => staleness(run, records)).find((why) => why !== undefined) ?? 'not run yet';
}

/** That another run has these settings, but not the data or the code of now. */
function staleness(planned: PlannedRun, records: ReadonlyMap<string, RunRecord>): string | undefined {
  const settings = canonicalJson(planned.config);
  for (const other of records.values()) {
    const alike = other.kind === planned.kind && other.set === planned.set?.name;
    if (!alike || other.status !== 'done' || canonicalJson(other.config) !== settings) continue;
    return other.behaviourVersion === planned.behaviourVersion
      ? `stale: run ${other.runId} has these settings but read other data`
      : `stale: run ${other.runId} has these settings but behaviour version ${other.behaviourVersion}, now ${planned.behaviourVersion}`;
  }
  return undefined;
}
