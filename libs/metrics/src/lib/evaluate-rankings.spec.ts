import { evaluateRankings, summarizeMeasure } from './evaluate-rankings';
import { judgeRanking } from './measures/judged-ranking';
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

describe('what the versions and flags of trec_eval differ in', () => {
  const qrels = new Map([
    ['q1', new Map([['a', 1]])],
    [
      'q2',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
  ]);
  const run = new Map([['q1', [{ docId: 'a', score: 1 }]]]);
  const evaluate = (names: string[], complete: boolean) => {
    const measures = names.map((name) => parseMeasure(name));
    return Object.fromEntries(evaluateRankings(qrels, run, measures, { complete }).mean);
  };

  it('with -c a query that the run lacks has its relevant documents, and found none of them', () => {
    const names = ['num_q', 'num_rel', 'num_rel_ret', 'num_ret', 'map'];
    expect(evaluate(names, true)).toEqual({ num_q: 2, num_rel: 3, num_rel_ret: 1, num_ret: 1, map: 0.5 });
    expect(evaluate(names, false)).toEqual({ num_q: 1, num_rel: 1, num_rel_ret: 1, num_ret: 1, map: 1 });
  });

  it('recall levels become counts by rounding in version 10, by floor(x + 0.9) in version 9', () => {
    const judged = judgeRanking(
      ['n', 'd1', 'm', 'd2'].map((docId, at) => ({ docId, score: -at })),
      new Map(['d1', 'd2', 'x', 'y'].map((docId) => [docId, 1])),
    );
    const at = (share: number, trecEvalVersion: 9 | 10) =>
      parseMeasure(`IPrec@${share}`, { trecEvalVersion }).evaluate(judged);
    // Of 4 relevant documents 0.6 are 2.4: rounded 2, both found at rank 4; floor(3.3) is 3, which are never found.
    expect([at(0.6, 10), at(0.6, 9)]).toEqual([0.5, 0]);
    expect([at(0.5, 10), at(0.5, 9)]).toEqual([0.5, 0.5]);
  });

  it('a measure is summed up by its own rule', () => {
    const values = [0.5, 0, 0.25];
    expect(summarizeMeasure(parseMeasure('AP'), values)).toBe(0.25);
    expect(summarizeMeasure(parseMeasure('NumRelRet'), [1, 2, 6])).toBe(9);
    expect(summarizeMeasure(parseMeasure('GMAP'), values)).toBeCloseTo((0.5 * 0.00001 * 0.25) ** (1 / 3), 12);
  });
});
