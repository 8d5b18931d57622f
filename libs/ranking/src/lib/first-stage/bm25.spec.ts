import { buildBm25Index, searchQueries } from './bm25';
import { separateTies } from '../trec-runs/separate-ties';
import { storedLength } from './stored-length';

const documents = new Map([
  ['d1', { title: 'Cats', text: 'a cat and a dog' }], // cat cat dog
  ['d2', { title: '', text: 'dogs bark' }], // dog bark
  ['d3', { title: '', text: 'birds sing loudly' }],
  ['d4', { title: '', text: '' }],
]);
const index = buildBm25Index(documents);

describe('buildBm25Index', () => {
  it('scores by the formula', () => {
    const average = 8 / 3;
    const idf = Math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)); // the empty document has no term and does not count
    const expected = (idf * 2) / (2 + 0.9 * (1 - 0.4 + (0.4 * 3) / average));
    const found = index.search('cat', 10);
    expect(found.map(({ docId }) => docId)).toEqual(['d1']);
    expect(found[0]!.score).toBeCloseTo(expected, 6);
  });

  it('counts a term that stands twice in the query twice, and adds terms up', () => {
    const once = index.search('cat', 10)[0]!.score;
    expect(index.search('cat cats', 10)[0]!.score).toBeCloseTo(2 * once, 6);
    expect(index.search('cat dog', 10)[0]!.score).toBeGreaterThan(once);
  });

  it('finds nothing for stop words and unknown words, and keeps no state between searches', () => {
    expect(index.search('the of zebra', 10)).toEqual([]);
    expect(index.search('dog', 10)).toEqual(index.search('dog', 10));
    expect(index.search('dog', 1)).toHaveLength(1);
  });

  it('orders ties by document id and keeps them in order under sorting by score', () => {
    const twins = buildBm25Index(new Map(['b', 'a', 'c'].map((docId) => [docId, { title: '', text: 'same words' }])));
    const found = twins.search('words', 10);
    expect(found.map(({ docId }) => docId)).toEqual(['a', 'b', 'c']);
    expect([...found].sort((x, y) => y.score - x.score)).toEqual(found);
    expect(new Set(found.map(({ score }) => Math.fround(score))).size).toBe(3);
  });

  it('leaves queries without a result out of the run', () => {
    expect([
      ...searchQueries(
        index,
        new Map([
          ['1', 'cat'],
          ['2', 'zebra'],
        ]),
        5,
      ).keys(),
    ]).toEqual(['1']);
  });

  it('stands an empty collection, and names a parameter out of range', () => {
    expect(buildBm25Index(new Map()).search('cat', 1)).toEqual([]);
    expect(() => buildBm25Index(documents, { k1: -1 })).toThrow('k1');
    expect(() => buildBm25Index(documents, { b: 2 })).toThrow('b must be from 0 to 1, got 2');
  });
});

describe('storedLength', () => {
  // Lucene: SmallFloat.byte4ToInt(SmallFloat.intToByte4(n))
  it.each([
    [0, 0],
    [23, 23],
    [24, 24],
    [39, 39],
    [40, 40],
    [41, 40],
    [42, 42],
    [56, 56],
    [59, 56],
    [100, 96],
    [1000, 984],
  ])('%p terms are stored as %p', (length, stored) => expect(storedLength(length)).toBe(stored));
});

describe('separateTies', () => {
  it('changes no score that already falls, and lowers equal ones step by step', () => {
    const scores = separateTies([3, 2, 2, 2, 1].map((score, n) => ({ docId: `d${n}`, score }))).map(
      ({ score }) => score,
    );
    expect(scores).toEqual([3, 2, 2 - 1e-6, 2 - 1e-6 - 1e-6, 1]);
  });

  it('keeps the order for a reader with 32-bit floats, also of large and negative scores', () => {
    for (const score of [30, 1000, -50, 0]) {
      const floats = separateTies([1, 2, 3, 4].map((n) => ({ docId: `d${n}`, score }))).map((entry) =>
        Math.fround(entry.score),
      );
      floats.slice(1).forEach((value, n) => expect(value).toBeLessThan(floats[n]!));
    }
  });
});
