import { publishedContext } from './published-context';
import { PUBLISHED_TABLES, publishedValue } from './published-results';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('PUBLISHED_TABLES', () => {
  it('has a value for every cell', () => {
    for (const { columns, rows } of PUBLISHED_TABLES) {
      for (const { values } of rows) expect(values).toHaveLength(columns.length);
    }
  });

  it('agrees with the averages the paper prints, but for the one its note names', () => {
    // A mean of values rounded to 0.1 is off by 0.05 at most, and its own print by as much again.
    const off = PUBLISHED_TABLES.flatMap(({ key, rows }) =>
      rows.flatMap(({ label, values }) =>
        Math.abs(mean(values.slice(0, -1)) - values.at(-1)!) > 0.11 ? [`${key}: ${label}`] : [],
      ),
    );
    expect(off).toEqual(['beir-small: BM25']);
  });

  it('throws for a row or column that is not there', () => {
    expect(publishedValue(PUBLISHED_TABLES[0]!, 'BLOOM 560M', 'bm25/dl19')).toBe(75.3);
    expect(() => publishedValue(PUBLISHED_TABLES[0]!, 'GPT-9', 'bm25/dl19')).toThrow(RangeError);
  });
});

describe('publishedContext', () => {
  it("says what the paper sweeps, and takes the mean of BM25's column over BEIR", () => {
    const context = publishedContext('negatives');
    expect(context.sweep).toContain('8, 16, 24, 32 and 48');
    expect(context.rows.map(({ cells }) => cells.join(' '))).toContain(
      'BLOOM 560M BEIR (13 sets) nDCG@10 43.8 53.7 +9.9',
    );
  });

  it('cites the rows an experiment names', () => {
    const paper = {
      table: 'in-domain' as const,
      rows: { recipe: 'BLOOM 1B', other: 'no such row' },
      setting: 'Said by the spec.',
    };
    const context = publishedContext('anything', { paper });
    expect(new Set(context.rows.map(({ cells }) => cells[0]))).toEqual(new Set(['BLOOM 1B']));
    expect(context.notes).toContain('Said by the spec.');
  });
});
