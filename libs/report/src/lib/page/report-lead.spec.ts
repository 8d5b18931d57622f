import type { ResultTable } from '@tsarank/ablation';
import { syntheticSweep } from '../synthetic-sweep.fixture';
import { leadHtml, reportLead } from './report-lead';

const cell = (value: number | null, difference?: number, p?: number) => ({ value, difference, p, n: 1, runIds: ['r'] });
const table = (cells: Record<string, ReturnType<typeof cell>>): ResultTable => ({
  experiment: 'e',
  question: 'Which?',
  baseline: 'base',
  columns: [{ key: 'AP', label: 'AP', direction: 'higher', digits: 3 }],
  rows: Object.entries({ base: cell(0.5), ...cells }).map(([key, AP]) => ({ key, label: key, cells: { AP } })),
  notes: [],
});

describe('reportLead', () => {
  it('says what each variant is worth, what is within noise and what has no result, the greatest first', () => {
    const { answer, lists, remarks } = reportLead(
      table({
        bm25: cell(0.1, -0.4, 0.0001),
        fused: cell(0.7, 0.2, 0.001),
        less: cell(0.4, -0.1, 0.004),
        least: cell(0.2, -0.3, 0.0002),
        more: cell(0.55, 0.05, 0.04),
        same: cell(0.51, 0.01, 0.4),
        failed: cell(null),
        other: cell(0.6),
      }),
    );
    expect(answer).toBe(
      '“base”, the baseline, has AP 0.500. 3 of 4 variants differ from it by more than chance (p < 0.05).',
    );
    expect(lists).toEqual([
      { name: 'Worse', variants: ['“least” −0.300 (p < 0.001)', '“less” −0.100 (p = 0.004)'] },
      { name: 'Better', variants: ['“more” +0.050 (p = 0.040)'] },
      { name: 'Within noise', variants: ['“same” +0.010 (p = 0.400)'] },
      { name: 'No result', variants: ['“failed”'] },
      { name: 'Not compared (other queries or seeds)', variants: ['“other”'] },
    ]);
    expect(remarks).toBe(
      'BM25 alone has 0.100 (−0.400, p < 0.001). The p-values compare query by query and are corrected for the number of rows. With one seed they say nothing of luck in training.',
    );
  });

  it('says so where nothing differs, where one variant stands alone, and where there is none', () => {
    const none = { bm25: cell(0.1, -0.4, 0.0001), a: cell(0.51, 0.01, 0.4), b: cell(0.5, 0, 1) };
    expect(reportLead(table(none)).answer).toMatch(
      / None of the 2 variants differs from it by more than chance: all have p ≥ 0\.05\.$/,
    );
    expect(reportLead(table({ a: cell(0.4, -0.1, 0.01) })).answer).toMatch(/The one variant differs from it/);
    expect(reportLead(table({ a: cell(0.4, -0.1, 0.05) })).answer).toMatch(/The one variant does not differ from it/);
    expect(reportLead(table({ bm25: cell(0.1, -0.4, 0.001) })).answer).toBe('“base”, the baseline, has AP 0.500.');
    expect(reportLead(table({ base: cell(null) })).answer).toBe('The baseline has no result yet.');
  });

  it('names a variant that is called like BM25 among the variants', () => {
    expect(reportLead(table({ BM25: cell(0.4, -0.1, 0.01) })).lists[0]!.variants).toHaveLength(1);
  });

  it('keeps long lists short, and leaves seeds their luck', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`v${at}`, cell(0.4, -0.1, 0.001)]));
    expect(leadHtml(reportLead(table(many))).text).toContain(
      '“v11” −0.100 (p\u00a0=\u00a00.001) and 18 more (see the table)',
    );
    expect(reportLead(syntheticSweep({ seeds: [0, 1] }).table).remarks).not.toContain('luck');
  });
});
