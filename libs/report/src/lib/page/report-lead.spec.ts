import type { ResultTable } from '@tsarank/ablation';
import { reportLead } from './report-lead';

const table = (rows: [key: string, value: number | null, p?: number][]): ResultTable =>
  ({
    experiment: 'mine',
    question: '?',
    baseline: 'recipe',
    columns: [{ key: 'm', label: 'nDCG@10', direction: 'higher', digits: 3 }],
    rows: rows.map(([key, value, p]) => ({ key, label: key, cells: { m: { value, n: 1, runIds: [], p } } })),
  }) as unknown as ResultTable;

describe('the first paragraph of the report', () => {
  it('names what is better, worse and within noise, and counts neither BM25 nor what is fused with it', () => {
    expect(
      reportLead(
        table([
          ['bm25', 0.333, 0.01],
          ['fused', 0.33, 0.001],
          ['zero-shot', 0.219, 0.0005],
          ['recipe', 0.265],
          ['top-1', 0.268, 0.4],
        ]),
      ),
    ).toBe(
      'The baseline “recipe” has nDCG@10 0.265. Better than it at p < 0.05: none. ' +
        'Worse than it at p < 0.05: “zero-shot” (−0.046, p < 0.001). ' +
        'One variant is within noise: differences up to 0.003 that may be chance. ' +
        'BM25 alone has 0.333 (+0.068 to the baseline, p = 0.010).',
    );
  });

  it('says so where nothing has run', () => {
    expect(reportLead(table([['recipe', null]]))).toBe('The baseline has no result yet.');
  });
});
