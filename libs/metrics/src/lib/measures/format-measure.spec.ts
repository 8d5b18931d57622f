import { formatMeasure } from './format-measure';
import { parseMeasure } from './measure';

describe('formatMeasure', () => {
  it('writes measure, query and four decimals with tabs between', () => {
    expect(formatMeasure(parseMeasure('nDCG@10'), 'all', 0.32181)).toBe('nDCG@10\tall\t0.3218');
  });

  it('fills the name up to 22 characters in the layout of trec_eval, and writes counts whole', () => {
    expect(formatMeasure(parseMeasure('num_q'), 'all', 3, 'trec_eval')).toBe('num_q                 \tall\t3');
  });

  it('rounds exact halves to even, as printf does', () => {
    const value = (number: number) => formatMeasure(parseMeasure('AP'), 'all', number).split('\t')[2];
    expect([1 / 32, 3 / 32, 0.5, 0].map(value)).toEqual(['0.0312', '0.0938', '0.5000', '0.0000']);
  });
});
