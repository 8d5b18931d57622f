import { publishedTable } from '../published/published-results';
import { PUBLISHED_SETS } from '../published/published-sets';
import { inventedRows } from './invented-rows.fixture';
import type { OurPaperCell, OurPaperRow, OurPaperValue } from './our-paper-row';
import { paperTable, type PaperTableCell } from './paper-table';

/** A row that agrees with the published setting in everything; `value` in every column. */
function equalRow(
  key: 'in-domain' | 'beir-small',
  change: (value: OurPaperValue, column: string, at: number) => OurPaperCell | undefined = (value) => value,
  more: Partial<OurPaperRow> = {},
): OurPaperRow {
  const columns = publishedTable(key).columns.filter(({ set }) => set !== undefined);
  const cells = columns.map(({ key: column, set, candidates }, at) => {
    const value = { value: 0.5, candidates, queries: PUBLISHED_SETS[set!].queries, runIds: ['r1'], seeds: 1 };
    return [column, change(value, column, at)] as const;
  });
  const row = { key: 'mine', label: 'Mine', model: 'bloom-560m', data: 'MS MARCO', cells: Object.fromEntries(cells) };
  return { ...row, ...more };
}

const options = { experiment: 'small' };
const rowOf = (key: 'in-domain' | 'beir-small', ...rows: OurPaperRow[]) => {
  const table = paperTable(key, rows, options);
  const own = table.sections.filter(({ origin }) => origin === 'ours').flatMap((section) => section.rows);
  const at = (column: string): number => table.columns.findIndex((each) => each.key === column);
  return { table, row: own[0]!, rows: own, cell: (column: string): PaperTableCell => own[0]!.cells[at(column)]! };
};
const textOf = (cell: PaperTableCell): string | undefined => (cell.kind === 'value' ? cell.text : undefined);
const noteTexts = (table: ReturnType<typeof paperTable>): string[] => table.footnotes.map(({ text }) => text);

describe('paperTable', () => {
  it('repeats every printed figure with its digit, and marks the odd ones', () => {
    const table = paperTable('beir-small', [], options);
    expect(table.sections.map(({ heading }) => heading)).toEqual([
      'First stage',
      'Other rerankers',
      'Two-stage recipe',
    ]);
    const [bm25] = table.sections[0]!.rows;
    expect(bm25!.cells.map(textOf)).toEqual(
      '39.7 16.5 31.8 65.1 23.6 63.3 33.8 30.6 78.9 14.9 67.9 59.5 44.2 48.3'.split(' '),
    );
    const average = bm25!.cells.at(-1)!;
    const [letter] = average.kind === 'value' ? average.letters : [];
    expect(table.footnotes.find((note) => note.letter === letter)?.text).toBe(
      "BM25's average is printed as 48.3; the mean of its column is 43.8.",
    );
    expect(table.notes).toContain('No rows of ours.');
    expect(paperTable('beir-7b', [], options).notes.join(' ')).toContain('printed as 48.3');
  });

  it('marks nothing where the setting is the same', () => {
    const { table, row } = rowOf('in-domain', equalRow('in-domain'));
    expect([row.letters, row.differences]).toEqual([[], []]);
    expect(row.cells.flatMap((cell) => (cell.kind === 'empty' ? ['empty'] : cell.letters))).toEqual([]);
    expect(noteTexts(table)).toHaveLength(1);
  });

  it('marks candidates and queries by cell, model and training data by row, each reason with one letter', () => {
    const mine = equalRow(
      'in-domain',
      (value, column) => ({
        ...value,
        ...(column.endsWith('dl19') ? { candidates: 'BM25 top 100' } : {}),
        ...(column.endsWith('dev') ? { queries: 200 } : {}),
        ...(column.endsWith('dl20') ? { queries: 60 } : {}),
      }),
      { model: 'SmolLM2-135M', data: 'cwe' },
    );
    const { table, row, cell } = rowOf('in-domain', mine, { ...mine, key: 'raw', data: null });
    expect(noteTexts(table).slice(1)).toEqual([
      "Model: SmolLM2-135M, none of the paper's.",
      "Trained on cwe (the paper's rows: on MS MARCO).",
      "Over 200 of the set's queries (paper: all).",
      'Candidates: BM25 top 100 (paper: BM25 top 1000).',
      'Over 60 queries (paper: 54).',
      'Candidates: BM25 top 100 (paper: BGE top 1000).',
      "Not trained (the paper's rows: on MS MARCO).",
    ]);
    expect(row.letters).toEqual(['b', 'c']);
    expect(cell('bm25/msmarco-dev')).toMatchObject({ letters: ['d'] });
    expect(cell('bge/dl19')).toMatchObject({ letters: ['g'] });
    // The average differs wherever a part of it does.
    expect(cell('average')).toMatchObject({ letters: ['d', 'e', 'f', 'g'] });
  });

  it('asks no model of a first stage, and no depth: its first ten are the same', () => {
    const change = (value: OurPaperValue): OurPaperCell => ({ ...value, candidates: 'BM25 top 100' });
    const { row } = rowOf('beir-small', equalRow('beir-small', change, { model: null, data: null }));
    expect(row.letters).toEqual([]);
    expect(row.cells.flatMap((cell) => (cell.kind === 'value' ? cell.letters : ['?']))).toEqual([]);
  });

  it('averages unrounded values, only where every column has one', () => {
    const values = [0.1004, 0.2004, 0.3004, 0.4004, 0.5004, 0.6004];
    const { cell } = rowOf(
      'in-domain',
      equalRow('in-domain', (value, _, at) => ({ ...value, value: values[at]! })),
    );
    expect(cell('average')).toMatchObject({ kind: 'value', text: '35.0', percent: expect.closeTo(35.04, 10) });
    const lacking = rowOf(
      'in-domain',
      equalRow('in-domain', (value, _, at) => (at === 3 ? { missing: { why: 'Not run yet.', command: 'go' } } : value)),
    );
    expect(lacking.cell('average')).toEqual({ kind: 'empty' });
    expect(lacking.table.notes).toContain('Our averages stand only where a row has a value in every column.');
    expect(lacking.table.footnotes.at(-1)).toEqual({ letter: 'b', text: 'Not run yet.', command: 'go' });
  });

  it('spreads an average over the averages of its seeds, and no other average', () => {
    const seeded = (values: number[], missing = false) =>
      rowOf(
        'in-domain',
        equalRow('in-domain', (value, _, at) => ({
          ...value,
          value: (values[0]! + values[1]!) / 2,
          // Every second column goes the other way: averages of seeds are equal, columns are not.
          values: at % 2 === 0 ? values : [...values].reverse(),
          seeds: 2,
          spread: 0.1,
          ...(missing && at === 0 ? { missing: { why: '1 of 3 seeds', command: 'go' } } : {}),
        })),
      ).cell('average');
    expect(seeded([0.3, 0.5])).toMatchObject({ spread: expect.closeTo(0, 10) });
    expect(seeded([0.3, 0.5], true)).not.toHaveProperty('spread');
  });

  it('has the best of the paper and the best of ours, ties by the digit shown, none of a single row', () => {
    const at = (value: number, key: string) =>
      equalRow('in-domain', (cell) => ({ ...cell, value }), { key, label: key });
    const { rows } = rowOf('in-domain', at(0.5001, 'a'), at(0.5004, 'b'), at(0.4, 'c'));
    expect(rows.map(({ cells }) => cells[0]!.kind === 'value' && cells[0]!.best)).toEqual([true, true, false]);
    expect(rowOf('in-domain', at(0.5, 'a')).cell('bm25/dl19')).toMatchObject({ best: false });
    const printed = paperTable('in-domain', [], options).sections.flatMap((section) => section.rows);
    const best = printed.filter(({ cells }) => cells[0]!.kind === 'value' && cells[0]!.best);
    expect(best.map(({ label }) => label)).toEqual(['Qwen 7B']);
  });

  it('keeps the groups of our rows', () => {
    const { sections } = paperTable('in-domain', inventedRows('in-domain'), { experiment: 'x', notes: ['Said too.'] });
    expect(sections.slice(-2).map(({ heading, rows }) => [heading, rows.length])).toEqual([
      ['Ours: x', 5],
      ['Ours: x, Trainable layers', 2],
    ]);
  });
});
