import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { hashGroups, rankingGroups, readGroups, type ReadGroupsOptions } from './read-groups';

let folder: string;
let corpus: string;
let queries: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'groups-'));
  corpus = file('p1\tfish\np2\tmilk\nn1\tstones\nn2\tsand\nn3\tdust\nother\tnothing\n', 'collection.tsv');
  queries = file('q1\tcat food\nq2\tdog food\n', 'queries.tsv');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string, name = 'input'): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

const lines = (...values: unknown[]): string => values.map((each) => `${JSON.stringify(each)}\n`).join('');
const passages = (...texts: string[]): object[] => texts.map((text, docid) => ({ docid: `${docid}`, text }));

const expected = [
  { query: 'cat food', positives: ['fish', 'milk'], negatives: ['stones', 'sand'] },
  { query: 'dog food', positives: ['milk'], negatives: ['dust'] },
];

/** Every form of the same two groups. `corpus` and `queries` stand for the files. */
const forms: [format: string, content: string, options?: ('corpus' | 'queries')[]][] = [
  [
    'passages',
    lines(
      {
        query_id: 'q1',
        query: 'cat food',
        positive_passages: passages('fish', 'milk'),
        negative_passages: passages('stones', 'sand'),
      },
      { query_id: 'q2', query: 'dog food', positive_passages: passages('milk'), negative_passages: passages('dust') },
    ),
  ],
  [
    'tevatron-ids',
    lines(
      {
        query_id: 'q1',
        query_text: 'cat food',
        positive_document_ids: ['p1', 'p2'],
        negative_document_ids: ['n1', 'n2'],
      },
      { query_id: 'q2', query: 'dog food', positive_document_ids: ['p2'], negative_document_ids: ['n3'] },
    ),
    ['corpus'],
  ],
  [
    'flagembedding',
    lines(
      { query: 'cat food', pos: ['fish', 'milk'], neg: ['stones', 'sand'], pos_scores: [1, 2], prompt: 'x' },
      { query: 'dog food', pos: ['milk'], neg: ['dust'] },
    ),
  ],
  [
    'sentence-transformers',
    lines(
      { anchor: 'cat food', positive: 'fish', negative: 'stones' },
      { anchor: 'cat food', positive: 'milk', negative: 'sand' },
      { anchor: 'dog food', positive: 'milk', negative: 'dust' },
    ),
  ],
  [
    'sentence-transformers',
    lines(
      { query: 'cat food', positive: 'fish', negative_1: 'stones', negative_2: 'sand', negative_10: null },
      { query: 'cat food', positive: 'milk', negative: ['stones'] },
      { query: 'dog food', positive: 'milk', negative: ['dust'] },
    ),
  ],
  [
    'sentence-transformers',
    lines(['cat food', 'fish', 'stones', 'sand'], ['cat food', 'milk', 'stones'], ['dog food', 'milk', 'dust']),
  ],
  [
    'openmatch',
    lines(
      { query: 'cat food', doc_pos: 'fish', doc_neg: 'stones' },
      { query: 'cat food', doc_pos: 'milk', doc_neg: 'sand' },
      { query: 'dog food', doc_pos: 'milk', doc_neg: 'dust' },
    ),
  ],
  ['triples-text', 'cat food\tfish\tstones\r\ncat food\tmilk\tsand\r\ndog food\tmilk\tdust\r\n'],
  ['triples-ids', 'q1\tp1\tn1\nq1\tp1\tn2\nq1\tp2\tn1\nq2\tp2\tn3\n', ['corpus', 'queries']],
];

const optionsOf = (names: readonly ('corpus' | 'queries')[] = []): ReadGroupsOptions =>
  Object.fromEntries(names.map((name) => [name, name === 'corpus' ? corpus : queries]));

it.each(forms.map(([format, content, names = []]) => [format, content, names] as const))(
  'takes %s',
  (format, content, names) => {
    const groups = [...rankingGroups(file(content), optionsOf(names))];
    expect(groups.map(({ group: { query, positives, negatives } }) => ({ query, positives, negatives }))).toEqual(
      expected,
    );
    expect(new Set(groups.map((each) => each.format))).toEqual(new Set([format]));
  },
);

it('gives the same hash for the same groups, whatever the form', () => {
  const hashes = forms.map(([, content, names]) => hashGroups(file(content), optionsOf(names)));
  expect(new Set(hashes).size).toBe(1);
  expect(hashGroups(file(lines(['cat food', 'fish', 'stones'])))).not.toBe(hashes[0]);
});

it('takes one list of objects, and keeps query ids', () => {
  const list = JSON.stringify([{ query_id: 3, query: 'a', documents: ['p', 'n'] }], null, 1);
  expect(readGroups(file(list))).toEqual([{ queryId: '3', query: 'a', positives: ['p'], negatives: ['n'] }]);
});

it('leaves out of the negatives what another triple of the query calls positive', () => {
  const triples = 'a b\tone\ttwo\na b\ttwo\tthree\n';
  expect(readGroups(file(triples))).toEqual([{ query: 'a b', positives: ['one', 'two'], negatives: ['three'] }]);
  expect(() => readGroups(file('a b\tone\ttwo\na b\ttwo\tone\n'))).toThrow(':1: found positives alone');
});

it('makes groups of triples that follow each other, and of no others', () => {
  const triples = 'a b\tp\tn\nc d\tp\tn\na b\tp\to\n';
  expect(readGroups(file(triples)).map(({ query }) => query)).toEqual(['a b', 'c d', 'a b']);
  const same = { query: 'a', documents: ['p', 'n'] };
  expect(readGroups(file(lines(same, same)))).toHaveLength(2);
});

it('reads as what it is told to', () => {
  const words = 'cat\tfish\tstones\n';
  expect(() => readGroups(file(words))).toThrow('three words that can be read as triples-ids and as triples-text');
  expect(readGroups(file(words), { format: 'triples-text' })).toHaveLength(1);
  const both = lines({ query: 'q', documents: ['a', 'b'], pos: ['c'], neg: ['d'] });
  expect(() => readGroups(file(both))).toThrow(
    'read as documents and as flagembedding, expected one of them: --groups-format',
  );
  expect(readGroups(file(both), { format: 'flagembedding' })[0]!.positives).toEqual(['c']);
});

it.each<[string, string, ('corpus' | 'queries')[]]>([
  ['1\t2\t3\n', ': found ids of documents, expected their texts: --corpus FILE', []],
  ['q1\tp1\tn1\n', ': found ids of queries, expected their texts: --queries FILE', ['corpus']],
  ['q1\tp1\tn9\n', ': found no document "n9", expected every document that is asked for', ['corpus', 'queries']],
  ['q9\tp1\tn1\n', ': found no query "q9"', ['corpus', 'queries']],
  ['a b\tp\tn\n', 'field "corpus": found ', ['corpus']],
  [
    '{"query":"a","query_id":1,"positive_document_ids":["p1"],"negative_document_ids":["n1"]}',
    'field "queries": found ',
    ['corpus', 'queries'],
  ],
  [
    '{"query":"a","documents":["p","n"]}\n{"query":"a","positive_document_ids":["p1"],"negative_document_ids":["n1"]}',
    ':2: found ids of documents, expected texts',
    [],
  ],
  ['a b\tp\n', ':1: found 2 columns between tabs, expected one JSON object a line, or three columns', []],
  [
    'a b\tp\tn\nc d\te\n',
    ":2: found 2 columns between tabs, expected three: query, positive, negative (read as MS MARCO's triples of texts)",
    [],
  ],
  ['a b\tp\tn\n\tp\tn\n', ':2: field "query": found nothing', []],
  [
    '{"query":"a","pos":["p"]}',
    ':1: field "neg": found nothing, expected array of strings (read as FlagEmbedding\'s',
    [],
  ],
  ['{"query":"a","pos":["p"],"neg":[]}', ':1: field "neg": found an empty array', []],
  ['{"anchor":"a","positive":"p"}', ':1: field "negative": found nothing', []],
  ['{"anchor":"a","positive":"p","negative":3}', ':1: field "negative": found number', []],
  ['["a","p"]', ':1: found 2 texts, expected three or more', []],
  ['["a","p",3]', ':1: field "[2]": found number', []],
])('refuses %j', (content, message, names) => {
  const target = file(content);
  expect(() => readGroups(target, optionsOf(names))).toThrow(InputError);
  expect(() => readGroups(target, optionsOf(names))).toThrow(message);
});
