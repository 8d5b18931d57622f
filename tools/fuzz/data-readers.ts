import { readCorpus, readGroups, readPrompts, readQrels, readQueries, readTrecRun, readWeakPairs } from '@tsarank/data';
import { readJson } from '@tsarank/io';
import type { FuzzedReader } from './fuzzed-reader';

const lines = (...objects: object[]): Buffer =>
  Buffer.from(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));

const passages = (...texts: string[]): object[] =>
  texts.map((text, index) => ({ docid: `${index}`, title: `Title ${index}`, text }));

/** Small files of each kind that the data readers take. */
const kinds: readonly [name: string, seeds: readonly Buffer[], read: (file: string) => unknown][] = [
  [
    'corpus',
    [
      lines({ _id: 'd1', title: 'Cats: "a" study', text: 'naïve 日本 😀 \\ text' }, { _id: 2, text: 'x' }),
      Buffer.from(
        '\ufeff{"_id":"a","text":"t","metadata":{"year":NaN,"range":[-Infinity,1e5]}}\r\n\r\n{"_id":"b","text":""}',
      ),
    ],
    (file) => readCorpus(file),
  ],
  ['queries', [lines({ _id: 'q1', text: 'what: is it' }, { _id: 'q2', text: 'Ünïcode' })], (file) => readQueries(file)],
  ['topics.tsv', [Buffer.from('1\tone two\r\n2\t日本\n')], (file) => readQueries(file)],
  [
    'groups',
    [
      lines({ query: 'q', documents: ['p', 'n1', 'n2'] }),
      lines({ query_id: 7, query: 'q', positive_passages: passages('a'), negative_passages: passages('b', 'c') }),
    ],
    (file) => readGroups(file),
  ],
  [
    'pairs',
    [
      lines({ query: 'q', document: 'd', id: 1, other: { a: [1, null] } }),
      lines({ query: 'Document: a text Query:', response: 'what?' }),
    ],
    (file) => readWeakPairs(file),
  ],
  ['prompts', [lines({ prompt: 'Once upon', id: 3 })], (file) => readPrompts(file)],
  [
    'judgments',
    [
      Buffer.from('# by hand\n1 0 d1 2\n1\t0\td2\t-1\r\n2 Q0 d\u00a03 0\n'),
      Buffer.from('query-id\tcorpus-id\tscore\nq 1\tBlue whale\t1\nq2\td\t0\n'),
    ],
    (file) => readQrels(file),
  ],
  [
    'run',
    [
      Buffer.from('1 Q0 d1 1 9.5 tag\n1 Q0 d2 2 -1e-3 tag more\n'),
      Buffer.from('q1\tQ0\td1\t1\t2\tx\nq2\tQ0\té\t1\t2\tx\n'),
    ],
    (file) => readTrecRun(file),
  ],
  [
    'JSON',
    [
      Buffer.from(
        JSON.stringify({ name: 'x', base: { seed: 0, list: [1, { a: ':"' }] }, variants: { full: {} } }, null, 1),
      ),
    ],
    readJson,
  ],
];

export const dataReaders: readonly FuzzedReader[] = kinds.map(([name, seeds, read]) => ({
  name,
  seeds,
  // Topics are known by their ending.
  file: name.endsWith('.tsv') ? 'input.tsv' : 'input',
  beside: [],
  read: (_, file) => void read(file),
}));
