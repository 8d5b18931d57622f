import type { PlannedCell, PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { RunRecord, RunResult, SystemName, SystemResult } from '@tsarank/config';
import type { TrecRun } from '@tsarank/data';
import { evaluateRun, fuseReciprocalRank, separateTies } from '@tsarank/ranking/trec-runs';
import { runFolder } from './run-folder';
import { asRun, readRanking } from './scoring/ranking-file';
import { setJudgments, type SetJudgments } from './scoring/test-set';

/**
 * What every variant and seed of a plan is worth, by its cell's run id: losses and seconds of its training, and the
 * plan's measures over its rankings, the first stage's and, for the baseline, both fused. Nothing is executed: rankings are measured as they
 * lie on the disk, so that another measure costs no run.
 *
 * A cell whose model is not trained has the failed record where there is one; a test set that is not scored has no entry.
 *
 * @param records Of single runs, by run id.
 * @throws {InputError} for a ranking or a test set that is not what its run left.
 */
export function measuredRuns(
  plan: SweepPlan,
  records: ReadonlyMap<string, RunRecord>,
  runsDir: string,
): Map<string, RunRecord> {
  const planned = new Map(plan.runs.map((run) => [run.runId, run]));
  const sets = new Map<string, SetJudgments | undefined>();
  const judgmentsOf = (run: PlannedRun): SetJudgments | undefined => {
    const { id } = run.set!;
    if (!sets.has(id)) sets.set(id, setJudgments(runsDir, run.set!));
    return sets.get(id);
  };
  const firstStages = new Map<string, SystemResult[string]>();
  const fused = new Set(plan.cells.filter(({ variant }) => variant === plan.spec.baseline).map(({ runId }) => runId));
  const measured = new Map<string, RunRecord>();
  for (const cell of plan.cells) {
    if (measured.has(cell.runId)) continue;
    const found = measuredCell(cell, {
      planned,
      records,
      runsDir,
      judgmentsOf,
      firstStages,
      fused,
      measures: plan.spec.measures,
    });
    if (found) measured.set(cell.runId, found);
  }
  return measured;
}

interface Sources {
  measures: readonly string[];
  planned: ReadonlyMap<string, PlannedRun>;
  records: ReadonlyMap<string, RunRecord>;
  runsDir: string;
  judgmentsOf: (run: PlannedRun) => SetJudgments | undefined;
  /** Of candidates alone: the same for every cell of a set. */
  firstStages: Map<string, SystemResult[string]>;
  /** Cells whose rankings are fused with the first stage's: the baseline's, which tables show. */
  fused: ReadonlySet<string>;
}

function measuredCell({ runId, model, scores }: PlannedCell, sources: Sources): RunRecord | undefined {
  const { planned, records } = sources;
  const stages: RunRecord[] = [];
  for (let id = model; id !== undefined; id = planned.get(id)!.parent) {
    const record = records.get(id);
    if (record?.status !== 'done') return record && { ...record, runId };
    stages.unshift(record);
  }
  const scored = Object.entries(scores).flatMap(([set, id]) => {
    const record = records.get(id);
    return record?.status === 'done' ? [{ set, record }] : [];
  });
  const last = stages.at(-1) ?? scored[0]?.record ?? records.get(Object.values(scores)[0]!);
  if (!last || last.status !== 'done') return last && { ...last, runId };
  const result: RunResult = {
    systems: { model: {}, ...(sources.fused.has(runId) ? { fused: {} } : {}), bm25: {} },
    perplexity: { positives: null, heldOut: null },
    losses: Object.assign({}, ...stages.map((stage) => stage.result!.losses)),
  };
  const order = Object.assign({}, ...stages.map((stage) => stage.result!.order ?? {}));
  if (Object.keys(order).length > 0) result.order = order;
  for (const { set, record } of scored) {
    const run = planned.get(scores[set]!)!;
    const measures = measuredSet(run, record, sources, sources.fused.has(runId));
    for (const [system, values] of Object.entries(measures)) {
      const own = result.systems[system as SystemName];
      if (own) own[set] = values;
    }
    result.perplexity.positives ??= record.result!.perplexity.positives;
    result.perplexity.heldOut ??= record.result!.perplexity.heldOut;
  }
  const secondsOf = (all: readonly RunRecord[], phase: string): number =>
    all.reduce((sum, record) => sum + (record.timings[phase] ?? 0), 0);
  const parts = {
    pretrain: secondsOf(stages, 'pretrain'),
    finetune: secondsOf(stages, 'finetune'),
    evaluate: secondsOf(
      scored.map(({ record }) => record),
      'evaluate',
    ),
  };
  const isWhole = scored.length === Object.keys(scores).length;
  const timings = { ...parts, ...(isWhole ? { total: parts.pretrain + parts.finetune + parts.evaluate } : {}) };
  const { config } = planned.get(Object.values(scores)[0]!)!;
  const dataHashes = Object.assign({}, last.dataHashes, ...scored.map(({ record }) => record.dataHashes));
  return { ...last, runId, config: { ...config, seed: last.config.seed }, dataHashes, result, timings };
}

function measuredSet(
  run: PlannedRun,
  record: RunRecord,
  {
    measures,
    runsDir,
    judgmentsOf,
    firstStages,
  }: Pick<Sources, 'measures' | 'runsDir' | 'judgmentsOf' | 'firstStages'>,
  withFused: boolean,
): Partial<Record<SystemName, SystemResult[string]>> {
  const judged = judgmentsOf(run);
  if (!judged || !record.result?.ranking) return {};
  const ranking = separated(asRun(readRanking(runFolder(runsDir, run.runId).ranking, record.result.ranking.sha256)));
  const measure = (list: TrecRun): SystemResult[string] => {
    // A query without candidates counts as 0, by trec_eval's -c.
    const { perQuery } = evaluateRun(judged.qrels, list, measures, { complete: true });
    return Object.fromEntries(measures.map((name) => [name, Object.fromEntries(perQuery.get(name)!)]));
  };
  const bm25 = firstStages.get(run.set!.id) ?? measure(judged.candidates);
  firstStages.set(run.set!.id, bm25);
  const fused = withFused ? { fused: measure(fuseReciprocalRank([judged.candidates, ranking])) } : {};
  return { model: measure(ranking), ...fused, bm25 };
}

/** One scoring run measured by the measures of its configuration, as trackers show it. */
export function measuredScores(run: PlannedRun, record: RunRecord, runsDir: string): RunRecord {
  const judged = setJudgments(runsDir, run.set!);
  if (!judged || !record.result?.ranking) return record;
  const measures = measuredSet(
    run,
    record,
    {
      ...{ measures: run.config.measures, runsDir, firstStages: new Map() },
      judgmentsOf: () => judged,
    },
    false,
  );
  const systems = Object.fromEntries(
    Object.entries(measures).map(([system, values]) => [system, { [run.set!.name]: values }]),
  );
  return { ...record, result: { ...record.result, systems } };
}

/** Equal scores keep the order of their list, whatever the ids: trec_eval would sort them by id. */
function separated(run: TrecRun): TrecRun {
  return new Map([...run].map(([queryId, list]) => [queryId, separateTies(list)]));
}
