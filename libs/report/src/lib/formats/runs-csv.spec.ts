import { defineAblation, expandAblation, type SweepPlan } from '@tsarank/ablation';
import { tiny, type RunRecord } from '@tsarank/config';
import { toRunsCsv } from './runs-csv';

const spec = defineAblation({
  name: 'small',
  question: 'Which?',
  base: { ...tiny, engine: 'cpu' },
  variants: {
    recipe: {},
    'zero-shot': { pretrain: null, finetune: null },
    again: { finetune: { topLayers: 2 } },
    adapters: { finetune: { lora: { rank: 4, alpha: 8, targetModules: ['q', 'v'] } } },
    evil: { finetune: { steps: 7 } },
  },
  baseline: 'recipe',
  seeds: [0, 1],
  measures: ['nDCG@10', 'NumRelRet'] as never,
  labels: { evil: '=1+1, "x"' },
});
const plan: SweepPlan = expandAblation(spec, { hashesOf: () => ({ cwe: 'c0de' }) });

function recordOf({ runId, kind, config, seed }: SweepPlan['runs'][number]): RunRecord {
  const record = {
    runId,
    kind,
    config,
    behaviourVersion: 2,
    dataHashes: { cwe: 'c0de' },
    versions: { node: '20.1.0' },
  };
  const timings = { total: 10 + seed };
  if (kind === 'pretrain') {
    const result = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {}, modelHash: 'beef' };
    return { ...record, status: 'done', timings, result };
  }
  if (seed === 1 && config.finetune?.steps === 7)
    return { ...record, status: 'failed', timings, error: { kind: 'nan', message: 'the loss, in step 7, is NaN' } };
  const measured = { inDomain: { 'nDCG@10': { q1: 1 / 3, q2: 0 }, NumRelRet: { q1: 2, q2: 3 } } };
  const result = {
    systems: { model: measured, bm25: measured },
    perplexity: { positives: 12.5, heldOut: null },
    losses: { finetune: { steps: 150, first: 2, last: 1, terms: { rank: 0.25 } } },
    order: { finetune: 'f00d' },
  };
  return { ...record, status: 'done', timings, result, parent: 'stage' };
}

/** Lines as objects, by a reader of RFC 4180 of its own. */
function rowsOf(text: string): Record<string, string>[] {
  const [head, ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      line
        .match(/(?<=^|,)("(?:[^"]|"")*"|[^,"]*)(?=,|$)/g)!
        .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)),
    );
  return lines.map((fields) => {
    expect(fields).toHaveLength(head!.length);
    return Object.fromEntries(head!.map((name, at) => [name, fields[at]!]));
  });
}

const all = rowsOf(toRunsCsv(plan, plan.runs.map(recordOf)));
const rowOf = (variant: string, seed = 0) =>
  all.find((row) => row['variant'] === variant && row['seed'] === `${seed}`)!;

describe('toRunsCsv', () => {
  it('has one row for each run that trains or scores an untrained model, and names the variants that share it', () => {
    expect(all.map((row) => row['run_id'])).toEqual([
      ...new Set([
        ...plan.runs.filter(({ kind }) => kind !== 'score').map(({ runId }) => runId),
        ...plan.cells.map(({ runId }) => runId),
      ]),
    ]);
    expect(rowOf('recipe')['also']).toBe('again');
    expect(all.filter((row) => row['variant'] === 'again')).toEqual([]);
    const stage = all.find((row) => row['kind'] === 'pretrain')!;
    expect([stage['variant'], stage['label'], stage['hash.modelFolder']]).toEqual(['', 'stage one', 'beef']);
  });

  it('has every setting of the configuration by its path', () => {
    const recipe = rowOf('recipe');
    expect(recipe['finetune.weights.rank']).toBe('1');
    expect(recipe['pretrain.learningRate']).toBe('0.0006');
    expect(recipe['data.collection']).toBe('cwe');
    expect(JSON.parse(recipe['measures']!)).toEqual(['nDCG@10', 'NumRelRet']);
    expect(recipe['finetune.lora.rank']).toBe('');
    expect(rowOf('adapters')).toMatchObject({ 'finetune.lora.rank': '4', 'finetune.lora.targetModules': '["q","v"]' });
    const zero = rowOf('zero-shot');
    expect([zero['pretrain.steps'], zero['finetune.steps']]).toEqual(['', '']);
    // Columns of settings alone: a stage that one run lacks is no column beside its own settings.
    for (const whole of ['pretrain', 'finetune', 'finetune.lora']) expect(Object.keys(recipe)).not.toContain(whole);
  });

  it('has measures by their own summary at full precision, and what else a run left', () => {
    expect(rowOf('recipe', 1)).toMatchObject({
      status: 'done',
      parent: 'stage',
      'measure.inDomain.nDCG@10': String(1 / 6),
      'measure.inDomain.NumRelRet': '5',
      'bm25.inDomain.NumRelRet': '5',
      'queries.inDomain': '2',
      'perplexity.positives': '12.5',
      'perplexity.heldOut': '',
      'loss.finetune.last': '1',
      'loss.finetune.rank': '0.25',
      'seconds.total': '11',
      'hash.cwe': 'c0de',
      'hash.order.finetune': 'f00d',
      'version.node': '20.1.0',
    });
  });

  it('keeps failed runs with their cause, and those that are still to do with their settings', () => {
    expect(rowOf('evil', 1)).toMatchObject({
      status: 'failed',
      error_kind: 'nan',
      error_message: 'the loss, in step 7, is NaN',
      'finetune.steps': '7',
      'measure.inDomain.nDCG@10': '',
    });
    const open = rowsOf(toRunsCsv(plan, []));
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set(['to do']));
    expect(open.at(-1)).toMatchObject({ 'data.candidates': '20' });
    expect(Object.keys(open[0]!)).not.toContain('seconds.total');
  });

  it('disarms what a spreadsheet would run, and has each column once', () => {
    expect(rowOf('evil')['label']).toBe(`'=1+1, "x"`);
    const [head] = toRunsCsv(plan, plan.runs.map(recordOf)).split('\r\n');
    expect(new Set(head!.split(',')).size).toBe(head!.split(',').length);
  });
});
