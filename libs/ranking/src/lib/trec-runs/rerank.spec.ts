import type { TrecRun, WeakPair } from '@tsarank/data';
import { evaluateRun } from './evaluate-run';
import { fuseReciprocalRank } from './fuse-reciprocal-rank';
import { rerank } from './rerank';

const run = (lists: Record<string, string>): TrecRun =>
  new Map(
    Object.entries(lists).map(([queryId, ids]) => [
      queryId,
      ids.split(' ').map((docId, index) => ({ docId, score: 10 - index })),
    ]),
  );
const ids = (result: TrecRun, queryId = '1') =>
  result
    .get(queryId)!
    .map(({ docId }) => docId)
    .join(' ');
const scoresOf = (result: TrecRun, queryId = '1') => result.get(queryId)!.map(({ score }) => score);

const collection = {
  documents: new Map(
    ['a', 'b', 'c', 'd'].map((docId) => [docId, { title: docId.toUpperCase(), text: `text ${docId}` }]),
  ),
  queries: new Map([
    ['1', 'first'],
    ['2', 'second'],
  ]),
};
const SCORES: Record<string, number> = { a: -3, b: -2, c: -1, d: -2 };
const seen: WeakPair[][] = [];
const scorer = (pairs: readonly WeakPair[]) => {
  seen.push([...pairs]);
  return Promise.resolve(Float64Array.from(pairs, ({ document }) => SCORES[document.at(-1)!]!));
};

describe('rerank', () => {
  beforeEach(() => (seen.length = 0));

  it('tells the scorer what each pair is called in the run', async () => {
    const named = jest.fn(scorer);
    await rerank({ run: run({ 1: 'a b', 2: 'c d' }), collection, scorer: named, top: 1 });
    const places = ['query "1" with document "a"', 'query "2" with document "c"'].map((message) => ({ message }));
    expect(named).toHaveBeenCalledWith(expect.anything(), places);
  });

  it('sorts by the new score and hands all pairs, title before text, to the scorer at once', async () => {
    const result = await rerank({ run: run({ 1: 'a b c', 2: 'b a' }), collection, scorer });
    expect(ids(result)).toBe('c b a');
    expect(scoresOf(result)).toEqual([-1, -2, -3]);
    expect(ids(result, '2')).toBe('b a');
    expect(seen).toHaveLength(1);
    expect(seen[0]![0]).toEqual({ query: 'first', document: 'A text a' });
  });

  it('keeps candidates below the top in their order, with lower scores, and does not score them', async () => {
    const result = await rerank({ run: run({ 1: 'a b c d' }), collection, scorer, top: 2 });
    expect(ids(result)).toBe('b a c d');
    expect(scoresOf(result)).toEqual([-2, -3, -4, -5]);
    expect(seen[0]).toHaveLength(2);
  });

  it('takes candidates by score, whatever order they stand in', async () => {
    const shuffled: TrecRun = new Map([
      [
        '1',
        [
          { docId: 'c', score: 1 },
          { docId: 'a', score: 3 },
          { docId: 'b', score: 2 },
        ],
      ],
    ]);
    expect(ids(await rerank({ run: shuffled, collection, scorer, top: 1 }))).toBe('a b c');
  });

  it('keeps the order of candidates that score the same, also for a reader that sorts by score', async () => {
    const result = await rerank({ run: run({ 1: 'b d' }), collection, scorer });
    expect(ids(result)).toBe('b d');
    expect(scoresOf(result)[0]!).toBeGreaterThan(scoresOf(result)[1]!);
  });

  it('names the query or document that is missing, and a top that makes no sense', async () => {
    await expect(rerank({ run: run({ 3: 'a' }), collection, scorer })).rejects.toThrow('no query "3"');
    await expect(rerank({ run: run({ 1: 'x' }), collection, scorer })).rejects.toThrow(
      'no document "x", candidate of query "1"',
    );
    await expect(rerank({ run: run({ 1: 'a' }), collection, scorer, top: 0 })).rejects.toThrow('top must be');
  });
});

describe('fuseReciprocalRank', () => {
  it('adds up reciprocal ranks', () => {
    const fused = fuseReciprocalRank([run({ 1: 'a b c' }), run({ 1: 'b c', 2: 'a' })]);
    expect(ids(fused)).toBe('b c a');
    expect(scoresOf(fused)[0]).toBeCloseTo(1 / 62 + 1 / 61, 12);
    expect(scoresOf(fused)[2]).toBeCloseTo(1 / 61, 12);
    expect(ids(fused, '2')).toBe('a');
  });

  it('keeps the first run’s order for equal sums', () => {
    const fused = fuseReciprocalRank([run({ 1: 'a b' }), run({ 1: 'b a' })]);
    expect(ids(fused)).toBe('a b');
    expect(scoresOf(fused)[0]!).toBeGreaterThan(scoresOf(fused)[1]!);
  });

  it('one run alone keeps its order, however long', () => {
    const long = run({ 1: Array.from({ length: 1500 }, (_, index) => `d${index}`).join(' ') });
    const [fused] = fuseReciprocalRank([long]).values();
    expect(fused!.map(({ docId }) => docId)).toEqual(long.get('1')!.map(({ docId }) => docId));
    fused!.slice(1).forEach(({ score }, index) => expect(score).toBeLessThan(fused![index]!.score));
  });

  it('rejects a negative k', () => expect(() => fuseReciprocalRank([], -1)).toThrow(RangeError));
});

describe('evaluateRun', () => {
  it('has values by measure as named and by query, and means', () => {
    const qrels = new Map([
      ['1', new Map([['b', 1]])],
      ['2', new Map([['a', 2]])],
    ]);
    const { perQuery, mean } = evaluateRun(qrels, run({ 1: 'a b', 2: 'a b' }), ['RR@10', 'AP(rel=2)']);
    expect(Object.fromEntries(perQuery.get('RR@10')!)).toEqual({ 1: 0.5, 2: 1 });
    expect(mean.get('RR@10')).toBe(0.75);
    expect(mean.get('AP(rel=2)')).toBe(0.5);
    expect(() => evaluateRun(qrels, run({}), ['nDGC@10'])).toThrow('measure');
  });
});
