import { existsSync, readdirSync } from 'node:fs';
import type { PlannedRun, SweepPlan } from '@tsarank/ablation';
import { configDifferences, type ConfigDifference } from '@tsarank/report/config-differences';
import { type Calibration, estimateRun, modelShape, type RunEstimate } from '@tsarank/estimate';
import { readRecord, runFolder } from '@tsarank/runs';
import { openRuns, sweepSchedule } from '@tsarank/sweeps';
import { hubOfEnvironment } from '../../experiment/hub-models';

export type RunState = 'done' | 'failed' | 'to do';

/** One run of a plan, and what is known of it. */
export interface DescribedRun {
  run: PlannedRun;
  state: RunState;
  /** Variants that it answers for; none for a stage-one run. */
  variants: string[];
  /** Of a run that trains: how many runs start from it, those that score its model not among them. */
  startsFrom: number;
  /** Where it differs from the baseline; of a stage-one run, where the stage does. */
  differences: ConfigDifference[];
  estimate: RunEstimate;
  /** Set where it can't be executed: more memory than there is. */
  tooLarge?: string;
}

/** What a plan's unfinished runs take together. */
export interface PlanTotals {
  runs: number;
  done: number;
  failed: number;
  toDo: number;
  flops: number;
  /** Peak bytes of the runs in flight at a time. */
  memory: number;
  /** From start to end, `jobs` at a time; absent without times. */
  seconds?: number;
}

export interface DescribedPlan {
  plan: SweepPlan;
  jobs: number;
  runs: DescribedRun[];
  totals: PlanTotals;
}

export interface DescribePlanOptions {
  /** Folder of all runs. */
  out: string;
  jobs: number;
  calibrationOf: (run: PlannedRun) => Calibration | undefined;
  /** Bytes that runs can have; absent: unknown. */
  freeMemory?: number;
  stateOf: (run: PlannedRun) => RunState;
}

const GIB = 2 ** 30;
/** All that a wasm module can address. */
const WASM_BYTES = 4 * GIB;

/** What became of a run, as its record says. */
export function runState(out: string): (run: PlannedRun) => RunState {
  // One look at the folder instead of one for each run that has none.
  const there = new Set(existsSync(out) ? readdirSync(out) : []);
  return ({ runId }) => (there.has(runId) ? (readRecord(out, runId)?.status ?? 'to do') : 'to do');
}

/** The runs that a sweep would execute now: unfinished ones, and those whose model they need and that is gone. */
export function unfinishedRuns({ runs }: SweepPlan, stateOf: (run: PlannedRun) => RunState, out: string): PlannedRun[] {
  return openRuns(runs, (run) => {
    if (stateOf(run) !== 'done') return 'missing';
    return run.kind === 'score' || existsSync(runFolder(out, run.runId).model) ? 'done' : 'done without its model';
  });
}

/** Every run of a plan with its state, what it shares, what sets it apart and what it will take; and all together. */
export function describePlan(plan: SweepPlan, options: DescribePlanOptions): DescribedPlan {
  const { jobs, calibrationOf, stateOf } = options;
  const variants = listsBy(
    plan.cells.flatMap(({ variant, model, scores }) =>
      [model, ...Object.values(scores)].map((runId) => ({ variant, runId })),
    ),
    ({ runId }) => runId,
  );
  const children = listsBy(
    plan.runs.filter(({ kind }) => kind !== 'score'),
    ({ parent }) => parent,
  );
  const differencesOf = differencesFromBaseline(plan);
  const shapes = new Map(
    [...new Set(plan.runs.map(({ config }) => config.model))].map((model) => [
      model,
      modelShape(model, hubOfEnvironment),
    ]),
  );
  const runs = plan.runs.map((run): DescribedRun => {
    const estimate = estimateRun(run, shapes.get(run.config.model)!, calibrationOf(run));
    const tooLarge = whyTooLarge(run, estimate, options.freeMemory);
    return {
      run,
      state: stateOf(run),
      variants: [...new Set((variants.get(run.runId) ?? []).map(({ variant }) => variant))],
      startsFrom: children.get(run.runId)?.length ?? 0,
      differences: differencesOf(run),
      estimate,
      ...(tooLarge === undefined ? {} : { tooLarge }),
    };
  });
  return { plan, jobs, runs, totals: totalsOf(plan, runs, options) };
}

function totalsOf(
  plan: SweepPlan,
  runs: readonly DescribedRun[],
  { jobs, stateOf, out }: DescribePlanOptions,
): PlanTotals {
  const byId = new Map(runs.map((described) => [described.run.runId, described]));
  const open = unfinishedRuns(plan, stateOf, out);
  const estimates = open.map(({ runId }) => byId.get(runId)!.estimate);
  const { seconds, memory } = sweepSchedule(open, ({ runId }) => byId.get(runId)!.estimate, jobs);
  const count = (state: RunState): number => runs.filter((run) => run.state === state).length;
  return {
    runs: runs.length,
    done: count('done'),
    failed: count('failed'),
    toDo: open.length,
    flops: estimates.reduce((sum, { flops }) => sum + flops, 0),
    memory,
    ...(estimates.every((estimate) => estimate.seconds !== undefined) ? { seconds } : {}),
  };
}

/** A variant's differences are the same for every seed, and are found once. */
function differencesFromBaseline({ spec, cells, runs }: SweepPlan): (run: PlannedRun) => ConfigDifference[] {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  const baseline = byId.get(cells.find(({ variant }) => variant === spec.baseline)!.runId)!.config;
  const stage = { ...baseline, finetune: null };
  const known = new Map<string, ConfigDifference[]>();
  return ({ kind, variant, config }) => {
    const key = `${kind} ${variant}`;
    const found = known.get(key) ?? configDifferences(kind === 'pretrain' ? stage : baseline, config);
    known.set(key, found);
    return found;
  };
}

function whyTooLarge({ config }: PlannedRun, { memory }: RunEstimate, free: number | undefined): string | undefined {
  const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
  if (config.engine === 'wasm' && memory > WASM_BYTES)
    return `needs about ${gib(memory)}, and wasm has ${gib(WASM_BYTES)}`;
  if (free !== undefined && memory > free) return `needs about ${gib(memory)}, and ${gib(free)} are free`;
  return undefined;
}

function listsBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const lists = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = lists.get(key);
    if (list) list.push(item);
    else lists.set(key, [item]);
  }
  return lists;
}
