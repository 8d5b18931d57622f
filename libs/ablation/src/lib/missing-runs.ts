import type { RunRecord } from '@tsarank/config';
import { canonicalJson } from '@tsarank/io';
import type { ResultCell } from './result-table';
import type { RowRuns } from './row-runs';
import type { PlannedRun, SweepPlan } from './sweep-plan';

/** Why a row lacks runs and what fills them; undefined when it lacks none. */
export function missingRuns(
  row: RowRuns,
  { runs }: SweepPlan,
  records: ReadonlyMap<string, RunRecord>,
  command: string,
): ResultCell['missing'] {
  const reasons = row.runs
    .filter(({ record }) => !record)
    .map(({ seed, runId }) => {
      const planned = runs.find((run) => run.runId === runId)!;
      return { seed, why: reasonOf(planned, records) };
    });
  if (reasons.length === 0) return undefined;
  const alone = new Set(reasons.map(({ why }) => why)).size === 1;
  const why = alone ? reasons[0]!.why : reasons.map((reason) => `seed ${reason.seed}: ${reason.why}`).join('; ');
  const partial = reasons.length < row.runs.length ? `${reasons.length} of ${row.runs.length} seeds: ` : '';
  return { why: partial + why, command };
}

function reasonOf(planned: PlannedRun, records: ReadonlyMap<string, RunRecord>): string {
  const record = records.get(planned.runId);
  const error = record?.error;
  if (error) return `run ${planned.runId} failed (${error.kind}): ${error.message}`;
  const parent = planned.stageId === undefined ? undefined : records.get(planned.stageId);
  if (parent?.error) return `stage one ${parent.runId} failed (${parent.error.kind}): ${parent.error.message}`;
  const settings = canonicalJson(planned.config);
  for (const other of records.values()) {
    if (other.kind !== 'run' || other.status !== 'done' || canonicalJson(other.config) !== settings) continue;
    return other.behaviourVersion === planned.behaviourVersion
      ? `stale: run ${other.runId} has these settings but read other data`
      : `stale: run ${other.runId} has these settings but behaviour version ${other.behaviourVersion}, now ${planned.behaviourVersion}`;
  }
  return 'not run yet';
}
