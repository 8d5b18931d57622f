import { averagePrecision } from './average-precision';
import { bpref } from './bpref';
import { interpolatedPrecision } from './interpolated-precision';
import { judgeRanking } from './judged-ranking';
import { parseMeasure } from './measure';
import { nDCG } from './ndcg';
import { OFFICIAL_MEASURES } from './official-measures';
import { precision } from './precision';
import { rPrecision } from './r-precision';
import { recall } from './recall';
import { reciprocalRank } from './reciprocal-rank';
import { success } from './success';

// Ranks: a (grade 0), b (2), x (unjudged), c (1); d (grade 3) is never found; e is in the pool, not judged.
const judgments = new Map([
  ['a', 0],
  ['b', 2],
  ['c', 1],
  ['d', 3],
  ['e', -1],
]);
const found = ['a', 'b', 'x', 'c'].map((docId, index) => ({ docId, score: -index }));
const ranking = judgeRanking(found, judgments);

describe('measures by hand', () => {
  it.each([
    ['nDCG', nDCG(ranking), (2 / Math.log2(3) + 1 / Math.log2(5)) / (3 + 2 / Math.log2(3) + 1 / 2)],
    ['nDCG@2', nDCG(ranking, { cutoff: 2 }), 2 / Math.log2(3) / (3 + 2 / Math.log2(3))],
    ['RR', reciprocalRank(ranking), 1 / 2],
    ['RR@1', reciprocalRank(ranking, { cutoff: 1 }), 0],
    ['RR of grade 3', reciprocalRank(ranking, { relevanceLevel: 3 }), 0],
    ['AP', averagePrecision(ranking), (1 / 2 + 2 / 4) / 3],
    ['AP@2', averagePrecision(ranking, { cutoff: 2 }), 1 / 2 / 3],
    ['AP of grade 2', averagePrecision(ranking, { relevanceLevel: 2 }), 1 / 2 / 2],
    ['R@2', recall(ranking, { cutoff: 2 }), 1 / 3],
    ['R@100', recall(ranking, { cutoff: 100 }), 2 / 3],
    ['P@10 of a list of 4', precision(ranking, { cutoff: 10 }), 2 / 10],
    ['Success@1', success(ranking, { cutoff: 1 }), 0],
    ['Success@2', success(ranking, { cutoff: 2 }), 1],
    ['Rprec', rPrecision(ranking), 1 / 3],
    ['Bpref', bpref(ranking), 0], // one judged miss above both, bounded by min(1, 3)
    ['IPrec@0', interpolatedPrecision(ranking, 0), 1 / 2],
    ['IPrec@0.5', interpolatedPrecision(ranking, 0.5), 1 / 2], // round(1.5) = 2 needed, found at rank 4
    ['IPrec@1', interpolatedPrecision(ranking, 1), 0],
  ])('%s', (_, value, expected) => expect(value).toBeCloseTo(expected, 12));

  it('a query without relevant documents, and an empty list, have 0 and never NaN', () => {
    const hopeless = judgeRanking(found, new Map([['a', 0]]));
    const empty = judgeRanking([], judgments);
    for (const name of ['nDCG@10', 'RR', 'AP', 'R@10', 'P@10', 'Success@1', 'Rprec', 'Bpref', 'IPrec@0.5', 'GMAP']) {
      expect(parseMeasure(name).evaluate(hopeless)).toBe(0);
      expect(parseMeasure(name).evaluate(empty)).toBe(0);
    }
  });
});

describe('parseMeasure', () => {
  it.each([
    ['nDCG@10', 'nDCG@10'],
    ['ndcg_cut_10', 'nDCG@10'],
    ['ndcg_cut.10', 'nDCG@10'],
    ['ndcg', 'nDCG'],
    ['MRR@10', 'RR@10'],
    ['recip_rank', 'RR'],
    ['map', 'AP'],
    ['map_cut_100', 'AP@100'],
    ['recall_100', 'R@100'],
    ['P_10', 'P@10'],
    ['success_5', 'Success@5'],
    ['iprec_at_recall_0.10', 'IPrec@0.1'],
    ['AP(rel=2)@100', 'AP(rel=2)@100'],
    ['num_rel_ret', 'NumRelRet'],
  ])('%s is %s', (text, name) => {
    expect(parseMeasure(text).name).toBe(name);
    expect(parseMeasure(text).label).toBe(text);
  });

  it('reads its own names and every name that trec_eval prints', () => {
    for (const text of OFFICIAL_MEASURES)
      expect(parseMeasure(parseMeasure(text).name).name).toBe(parseMeasure(text).name);
  });

  it('takes the relevance level from the option, unless the name has one; nDCG has none', () => {
    expect(parseMeasure('AP', { relevanceLevel: 2 }).evaluate(ranking)).toBe(1 / 4);
    expect(parseMeasure('AP(rel=1)', { relevanceLevel: 2 }).name).toBe('AP');
    expect(parseMeasure('nDCG@10', { relevanceLevel: 2 }).name).toBe('nDCG@10');
    expect(() => parseMeasure('AP', { relevanceLevel: 0 })).toThrow(RangeError);
  });

  it.each(['nDGC@10', 'P', 'R', 'P@0', 'nDCG@1.5', 'IPrec@2', 'Rprec@5', '', '10'])('rejects "%s"', (text) => {
    expect(() => parseMeasure(text)).toThrow(/field "measure": found/);
  });

  it('suggests the nearest name', () => {
    expect(() => parseMeasure('nDGC@10')).toThrow('nDCG@10');
    expect(() => parseMeasure('recip_rnk')).toThrow('recip_rank');
  });
});
