import { InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import type { Qrels } from '../readers/qrels';
import { nearTexts } from './near-texts';
import { splitQueries, type SplitQueriesOptions } from './split-queries';

const usual: SplitQueriesOptions = {
  shares: { train: 0.8, dev: 0.1, test: 0.1 },
  seed: 0,
  overlap: 0.75,
  keepDocumentsApart: false,
};

/** Queries of words of their own, each with a document of its own. */
function collectionOf(texts: readonly string[]): { queries: Map<string, string>; qrels: Qrels } {
  const queries = new Map(texts.map((text, at) => [`q${at}`, text]));
  return { queries, qrels: new Map([...queries.keys()].map((id) => [id, new Map([[`d-${id}`, 1]])])) };
}
const distinct = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `word${at} other${at} third${at}`);

describe('near texts', () => {
  test.each([
    ['case, space and punctuation', 'What is  TREC?', 'what is trec', true],
    ['full-width letters', 'ＴＲＥＣ runs', 'trec runs', true],
    ['one word of eight', 'a b c d e f g h', 'a b c d e f g x', true],
    ['one word of six', 'a b c d e f', 'a b c d e x', false],
    ['texts without a word', '!?', '!?', true],
    ['other texts without a word', '!?', '??', false],
  ])('%s', (_, a, b, near) => expect(nearTexts([a, b], 0.75)).toEqual(near ? [[0, 1]] : []));

  it('are the same as by comparing all pairs', () => {
    const random = Random.fromSeed(1);
    const texts = Array.from({ length: 300 }, () =>
      random.sample([...'abcdefghij'], 3 + random.sample([0, 1, 2, 3, 4], 1)[0]!).join(' '),
    );
    for (const overlap of [0.5, 0.6, 0.75, 1]) {
      const connected = (pairs: readonly (readonly [number, number])[]): string => {
        const label = texts.map((_, at) => at);
        for (let changed = true; changed;) {
          changed = false;
          for (const [a, b] of pairs) {
            const least = Math.min(label[a]!, label[b]!);
            changed ||= label[a] !== least || label[b] !== least;
            label[a] = label[b] = least;
          }
        }
        return label.join(' ');
      };
      const all: [number, number][] = [];
      texts.forEach((one, b) =>
        texts.slice(0, b).forEach((other, a) => {
          const [x, y] = [new Set(one.split(' ')), new Set(other.split(' '))];
          const shared = [...x].filter((word) => y.has(word)).length;
          if (shared / (x.size + y.size - shared) >= overlap) all.push([a, b]);
        }),
      );
      expect(connected(nearTexts(texts, overlap))).toBe(connected(all));
    }
  });
});

describe('a split', () => {
  it('has every judged query once, in the shares asked for', () => {
    const { queries, qrels } = collectionOf(distinct(200));
    const { parts, groups } = splitQueries(queries, qrels, usual);
    expect([...parts].map(([split, judged]) => [split, judged.size])).toEqual([
      ['train', 160],
      ['dev', 20],
      ['test', 20],
    ]);
    expect([...parts.values()].flatMap((judged) => [...judged.keys()]).sort()).toEqual([...qrels.keys()].sort());
    expect(groups).toEqual([]);
  });

  it('is that of its seed, whatever the order of the files', () => {
    const { queries, qrels } = collectionOf(distinct(50));
    const testOf = (judged: Qrels, seed: number): string[] =>
      [
        ...splitQueries(queries, judged, { ...usual, seed })
          .parts.get('test')!
          .keys(),
      ].sort();
    expect(testOf(new Map([...qrels].reverse()), 3)).toEqual(testOf(qrels, 3));
    expect(testOf(qrels, 4)).not.toEqual(testOf(qrels, 3));
  });

  it('keeps together what says the same, for every seed', () => {
    const texts = [
      ...distinct(20),
      'How old is the sun?',
      'how old is the sun',
      ...distinct(20).map((text) => `${text}!`),
    ];
    const { queries, qrels } = collectionOf(texts);
    for (let seed = 0; seed < 20; seed += 1) {
      const { parts, groups } = splitQueries(queries, qrels, { ...usual, seed });
      expect(groups).toHaveLength(21);
      for (const judged of parts.values()) {
        for (const group of groups) expect(group.every((id) => judged.has(id))).toBe(judged.has(group[0]!));
      }
    }
  });

  it('keeps relevant documents apart where it is asked to', () => {
    const { queries, qrels } = collectionOf(distinct(40));
    for (let at = 0; at < 40; at += 2) qrels.get(`q${at}`)!.set(`d-q${at + 1}`, 1);
    qrels.get('q0')!.set('d-q9', 0); // judged not relevant: no bond
    const documentsOf = (judged: Qrels): Set<string> =>
      new Set([...judged.values()].flatMap((grades) => [...grades].filter(([, grade]) => grade > 0).map(([id]) => id)));
    const { parts, groups } = splitQueries(queries, qrels, { ...usual, keepDocumentsApart: true });
    expect(groups).toHaveLength(20);
    const [train, dev, test] = [...parts.values()].map(documentsOf);
    for (const id of dev!) expect(train!.has(id) || test!.has(id)).toBe(false);
    for (const id of test!) expect(train!.has(id)).toBe(false);
  });

  it('leaves out a part of no share, and refuses to leave one empty', () => {
    const { queries, qrels } = collectionOf(distinct(10));
    const halves = { train: 0.5, dev: 0, test: 0.5 };
    expect([...splitQueries(queries, qrels, { ...usual, shares: halves }).parts.keys()]).toEqual(['train', 'test']);
    const few = collectionOf(distinct(2));
    expect(() => splitQueries(few.queries, few.qrels, usual)).toThrow(InputError);
    expect(() => splitQueries(few.queries, few.qrels, usual)).toThrow(
      /2 judged queries in 2 groups, of which none falls to dev/,
    );
  });
});
