import { filterBar } from './filter-bar';
import { toHtml } from './html-report';
import { learningCurvePlots } from '../plots/learning-curve-plot';
import { meanCurves } from '../plots/learning-curves';
import { queryMovers } from './query-movers';
import { queryPairs } from '../query-values';
import { rowKinds } from './row-kinds';
import { listedRuns } from './run-table';
import { syntheticSweep } from '../synthetic-sweep.fixture';

const one = syntheticSweep();
const three = syntheticSweep({ seeds: [0, 1, 2] });
const page = toHtml(three);
const rowOf = ({ table }: typeof one, key: string) => table.rows.find((row) => row.key === key)!;

describe('queryMovers', () => {
  const movers = queryMovers(three.table, rowOf(three, 'no-rank'), three.records, { measure: 'nDCG@10', count: 5 });

  it('orders by the mean over seeds of the difference, greatest first', () => {
    expect(movers.improved.length).toBeLessThanOrEqual(5);
    expect(movers.worsened).toHaveLength(5);
    const differences = movers.worsened.map(({ difference }) => difference);
    expect(differences).toEqual([...differences].sort((a, b) => a - b));
    const pairs = queryPairs(three.table, rowOf(three, 'no-rank'), three.records, 'nDCG@10');
    expect(pairs).toHaveLength(200);
    const least = Math.min(
      ...pairs.map(({ before, after }) => after.reduce((sum, value, at) => sum + value - before[at]!, 0) / 3),
    );
    expect(differences[0]).toBeCloseTo(least);
  });

  it('reads the first rank of each seed off the reciprocal rank', () => {
    const [mover] = movers.worsened;
    const values = three.records
      .filter(({ runId }) => rowOf(three, 'no-rank').cells['nDCG@10']!.runIds.includes(runId))
      .map(({ result }) => result!.systems.model!['inDomain']!['RR@10']![mover!.queryId]!);
    expect(mover!.ranks!.after).toEqual(values.map((value) => (value > 0 ? Math.round(1 / value) : undefined)));
    expect(mover!.ranks!.cutoff).toBe(10);
  });

  it('compares only the seeds that both have', () => {
    const gone = rowOf(three, 'recipe').cells['nDCG@10']!.runIds[2];
    const pairs = queryPairs(
      three.table,
      rowOf(three, 'no-rank'),
      three.records.filter(({ runId }) => runId !== gone),
      'nDCG@10',
    );
    expect(pairs[0]!.before).toHaveLength(2);
    expect(queryPairs(three.table, rowOf(three, 'recipe'), three.records, 'nDCG@10')).toEqual([]);
  });
});

describe('the queries that moved most', () => {
  it('show texts, escaped, with their relevant documents', () => {
    expect(page).toMatch(/<blockquote>[^<]*&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    expect(page).toMatch(/<code>CWE-\d+<\/code\s*>\s*<b>Weakness \d+ of &lt;input&gt;<\/b>/);
    expect(page).toContain('<li class="muted">and 2 more</li>');
  });

  it('show ids, and say why, where the texts are gone', () => {
    const bare = toHtml({ ...one, texts: { missing: 'collection ./mine cannot be read (no such folder).' } });
    expect(bare).toContain('Ids stand for the texts: collection ./mine cannot be read (no such folder).');
    expect(bare).toContain('<details id="moved-1">');
    expect(bare).not.toContain('<blockquote>');
  });
});

describe('the runs', () => {
  it('each have a line that every number of the results leads to', () => {
    const listed = listedRuns(three.table, three.records);
    expect(listed.size).toBe(three.records.length);
    for (const { runId } of three.records) expect(page).toContain(`<tr id="run-${runId}"`);
    const best = rowOf(three, 'fused').cells['nDCG@10']!;
    expect(page).toContain(`<a class="value" href="#run-${best.runIds[0]}"><b>${best.value!.toFixed(4)}</b></a>`);
    expect(page).toContain('<u>');
  });

  it('say how often they were tried, why again, and in which order they took their examples', () => {
    expect(page).toMatch(/data-value="2">\s*2\s*<div class="muted">killed: signal SIGKILL<\/div>/);
    const order = (key: string, seed: number) =>
      three.records.find(
        ({ runId, config }) => config.seed === seed && rowOf(three, key).cells['nDCG@10']!.runIds.includes(runId),
      )!.result!.order!;
    expect(order('recipe', 1).finetune).toBe(order('top-1', 1).finetune);
    expect(page).toContain(`<span class="muted">two</span> <code>${order('recipe', 1).finetune!.slice(0, 8)}</code>`);
    const records = one.records.map((record) => ({
      ...record,
      result: record.result && { ...record.result, order: undefined },
    }));
    expect(toHtml({ ...one, attempts: undefined, records })).not.toMatch(/Attempts|Order of examples/);
  });

  it('include a failed seed that is behind no number', () => {
    const half = three.records.find(({ runId }) => rowOf(three, 'top-1').cells['nDCG@10']!.runIds[1] === runId)!;
    const failed = {
      ...half,
      status: 'failed' as const,
      result: undefined,
      error: { kind: 'killed' as const, message: 'SIGKILL' },
    };
    const { [0]: first, [2]: third } = rowOf(three, 'top-1').cells['nDCG@10']!.runIds;
    const rows = three.table.rows.map((row) =>
      row.key !== 'top-1'
        ? row
        : { ...row, cells: { 'nDCG@10': { ...row.cells['nDCG@10']!, runIds: [first!, third!], n: 2 } } },
    );
    const records = three.records.map((record) => (record === half ? failed : record));
    expect(listedRuns({ ...three.table, rows }, records)).toContain(half.runId);
  });
});

describe('rowKinds', () => {
  it('is the group, or the setting in which a row differs', () => {
    const ungrouped = { ...one.table, rows: one.table.rows.map((row) => ({ ...row, group: undefined })) };
    const kinds = rowKinds(ungrouped, one.records);
    expect([...new Set(kinds.values())]).toEqual([
      'BM25 and fusion',
      'Stages',
      'Baseline',
      'Trainable layers',
      'Negatives',
      'Losses',
      'finetune.learningRate',
    ]);
    expect(rowKinds(one.table, one.records).get('diverged')).toBe('Losses');
  });
});

describe('filterBar', () => {
  it('offers no choice of one, and is hidden until a script shows it', () => {
    expect(filterBar('t', { label: 'l', choice: 'Kind', kinds: ['only'] }).text).not.toContain('<select>');
    expect(filterBar('t', { label: 'l', choice: 'Kind', kinds: ['a', '<b>'] }).text).toMatch(
      / hidden>[^]*<option value="&lt;b&gt;">/,
    );
  });
});

describe('spread', () => {
  it('is drawn as bars and dots in the sweeps, as strokes beside the variants, as a band in the curves', () => {
    expect(page).toContain('Bars: a standard deviation over seeds each way');
    expect(page).toContain('Short strokes: the seeds.');
    expect(toHtml(one)).not.toMatch(/standard deviation over seeds|Short strokes|the band reaches/);
    const lines = meanCurves(three.table, three.losses, three.records, { stage: 'finetune', term: 'rank' });
    expect(lines.at(-1)).toMatchObject({ label: 'Full recipe', isBaseline: true, seeds: 3 });
    const [point] = lines.at(-1)!.points;
    expect(point!.low).toBeLessThan(point!.mean);
    expect(point!.high).toBeGreaterThan(point!.mean);
    const drawn = (input: typeof one): number =>
      (learningCurvePlots(input.table, input.losses, input.records)[1]!.option.series as unknown[]).length;
    expect(drawn(three)).toBe(drawn(one) + 1);
  });
});
