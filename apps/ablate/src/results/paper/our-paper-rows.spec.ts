import { defineAblation, expandAblation, summarize, type SweepPlan } from '@tsarank/ablation';
import { applyPatch, parseRunConfig, parseSetting, quick, type RunConfig, type RunRecord } from '@tsarank/config';
import { parseDatasetName } from '@tsarank/datasets';
import { InputError } from '@tsarank/io';
import { PUBLISHED_SETS } from '@tsarank/report';
import { ourPaperRows } from './our-paper-rows';

const options = { experiment: 'mine.json', out: 'runs', json: false };

function planOf(data: Partial<RunConfig['data']>, measures: string[] = ['nDCG@10', 'RR@10']): SweepPlan {
  const spec = defineAblation({
    name: 'mine',
    question: 'Which?',
    base: applyPatch(quick, { engine: 'cpu', pretrain: null, data }),
    variants: { recipe: {}, 'zero-shot': { finetune: null }, raw: { model: 'hf:bigscience/bloom-560m@0123abc' } },
    baseline: 'recipe',
    seeds: [0, 1],
    measures: ['nDCG@10'],
    groups: { raw: 'Other models' },
  });
  return expandAblation({ ...spec, measures }, { hashesOf: ({ model }) => ({ model }) });
}

/** A record with invented numbers: of seed 0 twice those of seed 1. */
function recordOf({ kind, runId, config, behaviourVersion, dataHashes, seed }: SweepPlan['runs'][number]): RunRecord {
  const level = seed === 0 ? 0.4 : 0.2;
  const of = (factor: number) => {
    const byMeasure = Object.fromEntries(
      config.measures.map((measure) => [measure, { q1: level * factor, q2: 0, q3: level * factor }]),
    );
    return { inDomain: byMeasure, outOfDomain: byMeasure };
  };
  const result = {
    systems: { model: of(1), fused: of(1.5), bm25: of(0.5) },
    perplexity: { positives: null, heldOut: null },
    losses: {},
  };
  const shared = { runId, kind, config, behaviourVersion, dataHashes: { ...dataHashes }, versions: {}, timings: {} };
  return { ...shared, status: 'done', result };
}

function rowsOf(
  key: Parameters<typeof ourPaperRows>[0],
  plan: SweepPlan,
  has: (run: SweepPlan['runs'][number]) => boolean = () => true,
) {
  const records = plan.runs.filter(has).map(recordOf);
  const table = summarize(plan, new Map(records.map((record) => [record.runId, record])), {
    command: 'npx ablate mine.json',
  });
  const { rows, notes } = ourPaperRows(key, {
    plan,
    results: { table, records },
    options,
    weightsOf: () => 2_700_000,
  });
  return { notes, rows, row: (name: string) => rows.find((row) => row.key === name)! };
}

describe('ourPaperRows', () => {
  const nfcorpus = { collection: 'cwe', outOfDomain: 'data/nfcorpus', candidates: 100 };

  it('takes each value from the records of its own ranking, over queries first, then over seeds', () => {
    const { row, notes } = rowsOf('beir-small', planOf(nfcorpus));
    const third = 2 / 3;
    expect(row('recipe').cells['nfcorpus']).toEqual({
      value: expect.closeTo(0.3 * third, 12),
      candidates: 'BM25 top 100',
      queries: 3,
      runIds: [expect.any(String), expect.any(String)],
      seeds: 2,
      spread: expect.closeTo((0.2 * third) / Math.SQRT2, 12),
      values: [expect.closeTo(0.4 * third, 12), expect.closeTo(0.2 * third, 12)],
    });
    expect(row('bm25').cells['nfcorpus']).toMatchObject({ value: expect.closeTo(0.15 * third, 12) });
    expect(row('fused').cells['nfcorpus']).toMatchObject({ value: expect.closeTo(0.45 * third, 12) });
    expect(notes).toEqual([expect.stringContaining('the set inDomain (cwe)')]);
  });

  it('says what ranks and what it was trained on', () => {
    const { rows } = rowsOf('beir-small', planOf(nfcorpus));
    expect(rows.map(({ key, model, data, group }) => [key, model, data, group])).toEqual([
      ['bm25', null, null, undefined],
      ['fused', 'tiny (2.7M weights)', 'cwe, 2 groups', undefined],
      ['zero-shot', 'tiny (2.7M weights)', null, undefined],
      ['recipe', 'tiny (2.7M weights)', 'cwe, 2 groups', undefined],
      ['raw', 'bloom-560m', 'cwe, 2 groups', 'Other models'],
    ]);
  });

  it('names the runs that a cell waits for, and seeds that it lacks', () => {
    const none = rowsOf('beir-small', planOf(nfcorpus), () => false).row('recipe');
    expect(none.cells['nfcorpus']).toEqual({ missing: { why: 'Not run yet.', command: 'npx ablate mine.json' } });
    const one = rowsOf('beir-small', planOf(nfcorpus), ({ seed }) => seed === 1).row('recipe');
    expect(one.cells['nfcorpus']).toMatchObject({
      seeds: 1,
      missing: { why: '1 of 2 seeds: not run yet.', command: 'npx ablate mine.json' },
    });
    expect(one.cells['nfcorpus']).not.toHaveProperty('spread');
  });

  it('names one command for all test sets that the experiment lacks, which keeps its own', () => {
    const { row } = rowsOf('in-domain', planOf({ collection: 'trec-dl-2019', outOfDomain: null }));
    const cells = row('recipe').cells;
    expect(cells['bm25/dl19']).toHaveProperty('value');
    const lacking = Object.values(cells).flatMap((cell) => (cell && !('value' in cell) ? [cell.missing] : []));
    expect(lacking).toHaveLength(5);
    expect(new Set(lacking.map(({ command }) => command)).size).toBe(1);
    const [, sets] = /'evaluation\.sets=(\[.*?\])'/.exec(lacking[0]!.command)!;
    expect(JSON.parse(sets!)).toEqual([
      {
        ...{ name: 'inDomain', collection: 'trec-dl-2019', depth: quick.data.candidates },
        ...{ queries: quick.data.testQueries, score: 'relevant' },
      },
      { name: 'msmarco-dev', collection: 'dataset:msmarco-dev', split: 'dev', depth: 1000 },
      { name: 'dl20', collection: 'dataset:trec-dl-2020', depth: 1000 },
      {
        name: 'msmarco-dev-bge',
        collection: 'dataset:msmarco-dev',
        split: 'dev',
        candidates: 'bge-msmarco-dev.trec',
        depth: 1000,
      },
      { name: 'dl19-bge', collection: 'dataset:trec-dl-2019', candidates: 'bge-dl19.trec', depth: 1000 },
      { name: 'dl20-bge', collection: 'dataset:trec-dl-2020', candidates: 'bge-dl20.trec', depth: 1000 },
    ]);
    const patch = parseSetting(`evaluation.sets=${sets!}`);
    expect(parseRunConfig(applyPatch<unknown>(quick, patch as never)).evaluation!.sets).toHaveLength(6);
  });

  it('names every published test set as `tsarank fetch` knows it', () => {
    for (const { dataset } of Object.values(PUBLISHED_SETS))
      expect(parseDatasetName(dataset).name).toMatch(/^dataset:/);
  });

  it('names the command that adds a measure, and takes another spelling for the same', () => {
    const data = { collection: 'msmarco', split: 'dev' as const, outOfDomain: null };
    const cell = rowsOf('in-domain', planOf(data, ['nDCG@10'])).row('recipe').cells['bm25/msmarco-dev'];
    expect(cell).toMatchObject({ missing: { why: "RR@10 is not among the experiment's measures." } });
    const { command } = (cell as { missing: { command: string } }).missing;
    const [, setting] = /--set '(measures=.*?)'/.exec(command)!;
    expect(parseSetting(setting!)).toEqual({ measures: ['nDCG@10', 'RR@10'] });
    expect(rowsOf('in-domain', planOf(data, ['MRR@10'])).row('recipe').cells['bm25/msmarco-dev']).toHaveProperty(
      'value',
    );
  });

  it('refuses an experiment whose sets belong to one column', () => {
    const plan = planOf({ collection: './nfcorpus', outOfDomain: 'data/nfcorpus' });
    expect(() => rowsOf('beir-7b', plan)).toThrow(InputError);
    expect(() => rowsOf('beir-7b', plan)).toThrow('both belong to the column NFCorpus');
  });
});
