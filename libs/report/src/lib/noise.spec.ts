import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { noiseAt } from './noise';

/** Ten queries before and after; differences 0.01 to 0.10. */
const before = Array.from({ length: 10 }, (_, at) => 0.2 + 0.05 * at);
const after = before.map((value, at) => value + 0.01 * (at + 1));
const byQuery = (values: readonly number[]) => Object.fromEntries(values.map((value, at) => [`q${at}`, value]));
const record = (runId: string, values: readonly number[]) =>
  ({
    runId,
    status: 'done',
    config: { seed: 0 },
    result: {
      systems: {
        model: { inDomain: { AP: byQuery(values), GMAP: byQuery(values) }, outOfDomain: { AP: byQuery(values) } },
      },
    },
  }) as unknown as RunRecord;
const records = [record('r0', before), record('r1', after)];
const noise = (more: Partial<ResultColumn>, value: number, cell: object = {}) => {
  const column: ResultColumn = {
    ...{ key: 'AP', label: 'AP', set: 'inDomain', measure: 'AP', direction: 'higher', digits: 4 },
    ...more,
  };
  const cellOf = (runId: string, of: number, own: object = {}) => ({
    [column.key]: { value: of, n: 1, runIds: [runId], ...own },
  });
  const table: ResultTable = {
    experiment: 'e',
    question: '',
    baseline: 'base',
    columns: [column],
    rows: [
      { key: 'base', label: 'base', cells: cellOf('r0', 0) },
      { key: 'other', label: 'other', cells: cellOf('r1', value, cell) },
    ],
    notes: [],
  };
  return [noiseAt(table, table.rows[1]!, column, records), noiseAt(table, table.rows[0]!, column, records)] as const;
};

describe('noiseAt', () => {
  // Mean 0.055, standard error 0.0095743, t(9) 2.262157: half the interval is 0.0216585.
  it('is the 95% interval of the difference over queries, in and out of domain; none for the baseline', () => {
    for (const set of ['inDomain', 'outOfDomain']) {
      const [own, baseline] = noise({ set }, 0.5);
      expect(own!.of).toBe('queries');
      expect(own!.low).toBeCloseTo(0.5 - 0.0216585, 6);
      expect(own!.high).toBeCloseTo(0.5 + 0.0216585, 6);
      expect(baseline).toBeUndefined();
    }
  });

  it('is that of a sum for a sum, and of a ratio for a geometric mean', () => {
    expect(noise({ summary: 'sum' }, 9)[0]!.high).toBeCloseTo(9 + 10 * 0.0216585, 5);
    const { low, high } = noise({ key: 'GMAP', summary: 'geometric mean' }, 0.3)[0]!;
    expect(low * high).toBeCloseTo(0.09, 9);
    expect(low).toBeLessThan(0.3);
  });

  it('is a standard deviation over seeds where there are several', () => {
    expect(noise({}, 0.5, { values: [0.4, 0.6], spread: 0.14, n: 2 })[0]).toEqual({
      low: 0.36,
      high: 0.64,
      of: 'seeds',
    });
  });
});
