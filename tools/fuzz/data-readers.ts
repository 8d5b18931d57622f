import { gzipSync } from 'node:zlib';
import {
  readCandidates,
  readCorpusDocuments,
  readGroups,
  readPrompts,
  readQrels,
  readQueries,
  readTrecRun,
  readWeakPairs,
} from '@tsarank/data';
import { readJson } from '@tsarank/io';
import type { FuzzedReader } from './fuzzed-reader';

const lines = (...objects: object[]): Buffer =>
  Buffer.from(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));

const passages = (...texts: string[]): object[] =>
  texts.map((text, index) => ({ docid: `${index}`, title: `Title ${index}`, text }));

/** Two lines of a corpus, by `zstd -19`. */
const ZSTANDARD = Buffer.from('KLUv/QRoZQEANAJ7Il9pZCI6ImEiLCJ0ZXh0IjoidCJ9CmJuYcOvdmUgdCJ9CgIAYItKzCa4QugQ', 'base64');

/** Two rows of a corpus, by hyparquet-writer. */
const PARQUET = Buffer.from(
  'UEFSMRUGFRgVHFwVBBUAFQQVABUEFQAAAAMDCiQBAAAAYQEAAABiFQYVVhVOXBUEFQAVBBUAFQQVAAAAAwMpOBQAAABzb21lIHRleHQsIBULQA0AAABuYcOvdmUg5pel5pysFQQZPEgEcm9vdBUEABUMJQIYA19pZCUAABUMJQIYBHRleHQlAAAWBBkcGSwmCBwVDBkVABkYA19pZBUCFgQWQhZGJgg8NgAoAWIYAWEAGRwVBhUAFQIAAAAmThwVDBkVABkYBHRleHQVAhYEFoABFngmTjw2ACgQc29tZSB0ZXh0LCBzb21lIRgNbmHDr3ZlIOaXpeacrBIAGRwVBhUAFQIAAAAWwgEWBDa+AQAoCWh5cGFycXVldBksHAAAHAAAAMEAAABQQVIx',
  'base64',
);

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
    (file) => readCorpusDocuments(file),
  ],
  [
    'corpora in other forms',
    [
      lines({ id: 1, contents: 'one "two"' }, { id: '2', contents: '日本' }),
      Buffer.from(
        JSON.stringify(
          [
            { docid: 'a', title: null, text: 't' },
            { docid: 'b', text: '[{"' },
          ],
          null,
          1,
        ),
      ),
      Buffer.from('1\tone two\r\n2\tnaïve 日本\n'),
    ],
    (file) => readCorpusDocuments(file),
  ],
  [
    'archives',
    [gzipSync('{"_id":"a","text":"t"}\n{"_id":"b","text":"naïve t"}\n'), ZSTANDARD],
    (file) => readCorpusDocuments(file),
  ],
  ['Parquet', [PARQUET], (file) => readCorpusDocuments(file)],
  ['queries', [lines({ _id: 'q1', text: 'what: is it' }, { _id: 'q2', text: 'Ünïcode' })], (file) => readQueries(file)],
  [
    'topics',
    [
      Buffer.from('1\tone two\r\n2\t日本\n'),
      Buffer.from(
        '<top>\n<num> Number: 301\n<title> Topic: a\nb\n<desc> c <d>\n</top>\n<top><num>2</num><title>e</title></top>',
      ),
      Buffer.from(
        '<topics><topic number="1"><query>a &amp; b&#12;</query></topic><topic number="2"><title>c</title></topic></topics>',
      ),
    ],
    (file) => readQueries(file),
  ],
  [
    'groups',
    [
      lines({ query: 'q', documents: ['p', 'n1', 'n2'] }),
      lines({ query_id: 7, query: 'q', positive_passages: passages('a'), negative_passages: passages('b', 'c') }),
    ],
    (file) => readGroups(file),
  ],
  [
    'groups in other forms',
    [
      lines({ query: 'q', pos: ['a'], neg: ['b', 'c'], pos_scores: [1] }),
      lines(
        { anchor: 'q', positive: 'a', negative: 'b' },
        { anchor: 'q', positive: 'c', negative_1: 'd', negative_2: null },
      ),
      lines(['q', 'a', 'b'], ['q', 'c', 'd', 'e']),
      Buffer.from('a query\ta b\tc d\r\na query\te f\tg h\n'),
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
    'candidates',
    [
      Buffer.from('q1\td1\t1\nq1\td2\t2\n'),
      Buffer.from('q1\td1\t1.5\nq1\td2\t-2\n'),
      Buffer.from('1\t2\ta query\tsome passage\n1\t3\ta query\tanother one\n'),
      lines({ qid: '1', pid: '2', query: 'q', passage: 'p' }, { qid: '1', pid: '3', query: 'q', passage: 'r' }),
      Buffer.from(
        JSON.stringify([{ query: 'q', hits: [{ content: 'c', qid: 1, docid: '2', rank: 1, score: 1.5 }] }], null, 1),
      ),
      lines({
        query: { text: 'q', qid: '1' },
        candidates: [{ docid: '2', score: 1, doc: { contents: 'a', title: 'b' } }],
      }),
    ],
    (file) => readCandidates(file),
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
  file: 'input',
  beside: [],
  read: (_, file) => void read(file),
}));
