import { evaluateRankings } from './evaluate-rankings';
import { parseMeasure } from './measures/measure';

const qrels = new Map([
  ['1', new Map([['a', 1]])],
  [
    '2',
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
  ],
  ['3', new Map([['c', 1]])],
]);
const run = new Map([
  ['9', [{ docId: 'a', score: 1 }]],
  ['2', [{ docId: 'b', score: 1 }]],
  [
    '1',
    [
      { docId: 'b', score: 1 },
      { docId: 'a', score: 0.5 },
    ],
  ],
]);
const measures = ['RR', 'num_q', 'num_ret', 'num_rel', 'gm_map'].map((name) => parseMeasure(name));

describe('evaluateRankings', () => {
  it('averages over the queries that stand in both, and sums counts', () => {
    const { perQuery, mean } = evaluateRankings(qrels, run, measures);
    expect([...perQuery.get('RR')!]).toEqual([
      ['1', 0.5],
      ['2', 1],
    ]);
    expect(mean.get('RR')).toBe(0.75);
    expect(mean.get('num_q')).toBe(2);
    expect(mean.get('num_ret')).toBe(3);
    expect(mean.get('num_rel')).toBe(3);
    expect(mean.get('gm_map')).toBeCloseTo(0.5, 12); // sqrt(0.5 * 0.5)
  });

  it('averages over all judged queries when complete, as trec_eval -c', () => {
    const { perQuery, mean } = evaluateRankings(qrels, run, measures, { complete: true });
    expect(perQuery.get('RR')!.get('3')).toBe(0);
    expect(mean.get('RR')).toBe(0.5);
    expect(mean.get('num_q')).toBe(3);
    expect(mean.get('gm_map')).toBeCloseTo(Math.cbrt(0.25 * 0.00001), 12);
  });

  it('has 0, not NaN, where no query stands in both', () => {
    expect(evaluateRankings(qrels, new Map(), measures).mean.get('RR')).toBe(0);
  });
});
