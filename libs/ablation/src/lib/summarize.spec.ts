import { BEHAVIOUR_VERSION, quick, type RunRecord } from '@tsarank/config';
import { defineAblation } from './ablation-spec';
import { expandAblation } from './expand-ablation';
import { summarize } from './summarize';
import type { PlannedRun } from './sweep-plan';

const spec = defineAblation({
  name: 'parts',
  question: 'Which part?',
  base: quick,
  variants: {
    recipe: {},
    'no-rank': { finetune: { weights: { rank: 0 } } },
    'stage-one-only': { finetune: null },
    'zero-shot': { pretrain: null, finetune: null },
  },
  baseline: 'recipe',
  seeds: [0, 1],
  measures: ['nDCG@10'],
  labels: { 'zero-shot': 'Zero-shot' },
});
const plan = expandAblation(spec, { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
const command = 'npx ablate parts';

/** Two queries; `level` is the mean, `gap` what separates them. */
function recordOf(run: PlannedRun, level: number, gap = 0.2): RunRecord {
  const ranking = (mean: number): Record<string, Record<string, number>> => ({
    'nDCG@10': { q1: mean - gap, q2: mean + gap },
  });
  const { runId, kind, config, behaviourVersion, dataHashes } = run;
  const systems = {
    model: { inDomain: ranking(level), outOfDomain: ranking(level / 2) },
    fused: { inDomain: ranking(level + 0.1) },
    bm25: { inDomain: ranking(0.3) },
  };
  const perplexity = { positives: 20, heldOut: null };
  return {
    runId,
    kind,
    status: 'done',
    config,
    behaviourVersion,
    dataHashes: { ...dataHashes },
    versions: {},
    result: { systems, perplexity, losses: {} },
    timings: { total: 60 },
  };
}
/** What the runs of each cell found, and single runs; a sweep whose runs are all done. */
const all = new Map(
  plan.runs.map((run) => [run.runId, recordOf(run, run.variant === 'recipe' ? 0.5 + run.seed / 10 : 0.4)]),
);
const runOf = (variant: string, seed: number): PlannedRun => {
  const cell = plan.cells.find((candidate) => candidate.variant === variant && candidate.seed === seed)!;
  return plan.runs.find((run) => run.runId === cell.runId)!;
};

describe('summarize', () => {
  it('puts BM25, fusion, no training, stage one and the baseline first', () => {
    const table = summarize(plan, all, { command });
    expect(table.rows.map((row) => row.key)).toEqual([
      'bm25',
      'fused',
      'zero-shot',
      'stage-one-only',
      'recipe',
      'no-rank',
    ]);
    expect(table.rows[2]!.label).toBe('Zero-shot');
    expect(table.columns.map((column) => column.key)).toEqual([
      'nDCG@10',
      'out-of-domain nDCG@10',
      'p-value',
      'perplexity of positives',
      'perplexity of held-out text',
      'seconds',
    ]);
  });

  it('averages over queries, then seeds, and names the runs', () => {
    const cell = summarize(plan, all, { command }).rows[4]!.cells['nDCG@10']!;
    expect(cell.value).toBeCloseTo(0.55);
    expect(cell.spread).toBeCloseTo(Math.SQRT1_2 / 10);
    expect(cell).toMatchObject({ n: 2, runIds: [runOf('recipe', 0).runId, runOf('recipe', 1).runId] });
    expect(cell.values![0]).toBeCloseTo(0.5);
    expect(cell.values![1]).toBeCloseTo(0.6);
    expect(cell.difference).toBeUndefined();
  });

  it('gives differences query by query, with corrected p-values', () => {
    const row = summarize(plan, all, { command }).rows[5]!;
    expect(row.cells['nDCG@10']!.difference).toBeCloseTo(-0.15);
    expect(row.cells['p-value']!.value).toBe(row.cells['nDCG@10']!.p);
  });

  it('compares only seeds that both have', () => {
    const records = new Map(all);
    records.delete(runOf('no-rank', 1).runId);
    const cell = summarize(plan, records, { command }).rows[5]!.cells['nDCG@10']!;
    expect(cell).toMatchObject({ n: 1, missing: { why: '1 of 2 seeds: not run yet', command } });
    expect(cell.difference).toBeCloseTo(-0.1);
  });

  it('does not compare other queries', () => {
    const records = new Map(all);
    for (const seed of [0, 1]) {
      const run = runOf('no-rank', seed);
      const record = recordOf(run, 0.4);
      record.result!.systems.model = { inDomain: { 'nDCG@10': { q1: 0.1, q3: 0.2 } } };
      records.set(run.runId, record);
    }
    const table = summarize(plan, records, { command });
    expect(table.rows[5]!.cells['nDCG@10']!.p).toBeUndefined();
    expect(table.notes.join(' ')).toContain('Not compared, for want of the same queries and seeds: no-rank');
  });

  it('says why a cell is missing: not run, failed, its stage one failed, stale', () => {
    const failed: RunRecord = {
      ...recordOf(runOf('no-rank', 0), 0),
      status: 'failed',
      result: undefined,
      error: { kind: 'nan', message: 'loss is NaN at step 3' },
    };
    const stage = plan.runs.find((run) => run.runId === runOf('recipe', 0).parent)!;
    const stageRecord = {
      ...failed,
      runId: stage.runId,
      kind: 'pretrain' as const,
      error: { kind: 'killed' as const, message: 'SIGKILL' },
    };
    const old = { ...recordOf(runOf('zero-shot', 0), 0.2), set: 'inDomain', runId: 'old', behaviourVersion: 0 };
    const records = new Map([
      [failed.runId, failed],
      [stage.runId, stageRecord],
      ['old', old],
    ]);
    const table = summarize(plan, records, { command });
    const why = (row: number): string => table.rows[row]!.cells['nDCG@10']!.missing!.why;
    expect(why(5)).toContain('failed (nan): loss is NaN at step 3');
    expect(why(3)).toContain(`stage one ${stage.runId} failed (killed): SIGKILL`);
    expect(why(2)).toContain(`stale: run old has these settings but behaviour version 0, now ${BEHAVIOUR_VERSION}`);
    expect(table.rows[0]!.cells['nDCG@10']!.value).toBeNull();
  });

  it('leaves cells empty that have no meaning', () => {
    const [bm25] = summarize(plan, all, { command }).rows;
    expect(bm25!.cells.seconds).toBeUndefined();
    expect(bm25!.cells['nDCG@10']!.value).toBeCloseTo(0.3);
  });

  it('shows the chosen columns alone, and suggests the near name of a wrong one', () => {
    const shown = (columns: string[]): string[] =>
      summarize({ ...plan, spec: { ...spec, columns } }, all, { command }).columns.map(({ key }) => key);
    expect(shown(['seconds', 'nDCG@10'])).toEqual(['seconds', 'nDCG@10']);
    expect(() => shown(['second'])).toThrow('expected "seconds"');
  });

  it.each([
    [{}, 'Seeds are paired: at each seed the fine-tuned variants took the same training queries in the same order.'],
    [
      { 'no-rank': 'other' },
      'Seeds are paired: at each seed the fine-tuned variants took the same training queries in the same order, except no-rank.',
    ],
    [{ 'no-rank': undefined }, undefined],
  ])('says whether the records show paired seeds (%j)', (changes: Record<string, string | undefined>, note) => {
    const orderOf = ({ variant, seed }: PlannedRun): string | undefined =>
      variant in changes ? changes[variant] : `order ${seed}`;
    const records = new Map(
      plan.runs.map((run) => {
        const record = all.get(run.runId)!;
        const finetune = run.kind === 'finetune' ? orderOf(run) : undefined;
        return [run.runId, { ...record, result: { ...record.result!, ...(finetune ? { order: { finetune } } : {}) } }];
      }),
    );
    const found = summarize(plan, records, { command }).notes.find((text) => text.startsWith('Seeds are paired'));
    expect(found).toBe(note);
  });
});
