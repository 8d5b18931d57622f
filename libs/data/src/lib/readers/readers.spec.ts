import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { readCollection } from './beir-folder';
import { readCorpus } from './corpus';
import { readQrels } from './qrels';
import { readQueries } from './queries';
import { readGroups } from './ranking-group';
import { resolveCollection } from '../resolve-collection';
import { formatTrecRun, readTrecRun } from './trec-run';
import { readPrompts } from './prompts-file';
import { readPlacedPairs, readWeakPairs } from './weak-pair';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'data-spec-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string, name = 'input.jsonl'): string {
  const target = path.join(folder, name);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

type Read = (file: string) => unknown;

describe('lines that are read', () => {
  it('takes pairs in both forms and keeps other members in their order', () => {
    const plain = '\uFEFF{"id":7,"query":"q","document":"d","note":null}\r\n\r\n';
    const published = '{"query":"Document: a $& {doc} Query: b Query:","response":"what?","id":8}\n';
    const pairs = readWeakPairs(file(plain + published));
    expect(JSON.stringify(pairs[0])).toBe('{"id":7,"query":"q","document":"d","note":null}');
    expect(pairs[1]).toEqual({ query: 'what?', document: 'a $& {doc} Query: b', id: 8 });
  });

  it('says where pairs and prompts stand, empty lines counted', () => {
    const pairs = file('{"query":"q","document":"d"}\n\n{"query":"r","document":"e"}\n', 'pairs.jsonl');
    expect(readPlacedPairs(pairs).map(({ file: from, line }) => [from, line])).toEqual([
      [pairs, 1],
      [pairs, 3],
    ]);
    const prompts = file('\n{"prompt":" a","id":7}\n', 'prompts.jsonl');
    expect(readPrompts(prompts)).toEqual([{ file: prompts, line: 2, record: { prompt: ' a', id: 7 } }]);
  });

  it('takes groups in both forms', () => {
    const plain = '{"query":"q","documents":["p","n1","n2"]}\n';
    const published =
      '{"query_id":12,"query":"q","positive_passages":[{"docid":"1","text":"p"}],"negative_passages":[{"text":"n"}]}';
    expect(readGroups(file(plain + published))).toEqual([
      { query: 'q', positives: ['p'], negatives: ['n1', 'n2'] },
      { queryId: '12', query: 'q', positives: ['p'], negatives: ['n'] },
    ]);
  });

  it('takes TREC qrels and BEIR tables, with and without a header, to the same judgments', () => {
    const expected = new Map([
      [
        '1',
        new Map([
          ['d1', 2],
          ['d2', -1],
        ]),
      ],
    ]);
    expect(readQrels(file('1 0 d1 2\n1\t0\td2\t-1\r\n\n'))).toEqual(expected);
    expect(readQrels(file('query-id\tcorpus-id\tscore\r\n1\td1\t2\r\n1\td2\t-1\r\n'))).toEqual(expected);
    expect(readQrels(file('1\td1\t2\n1\td2\t-1\n'))).toEqual(expected);
  });

  it('takes TREC runs with anything behind the tag', () => {
    const run = readTrecRun(file('1 Q0 a 9 1e-3 x more junk\n1\tQ0\tb\t1\t  2.5\tx\n'));
    expect(run).toEqual(
      new Map([
        [
          '1',
          [
            { docId: 'a', score: 0.001 },
            { docId: 'b', score: 2.5 },
          ],
        ],
      ]),
    );
  });

  it('writes runs in the order in which trec_eval ranks, and reads them back exactly', () => {
    const documents = [
      { docId: 'a', score: 1 },
      { docId: 'b', score: 1 },
      { docId: 'c', score: 1 / 3 + 1 },
    ];
    const text = formatTrecRun(new Map([['q', documents]]), 'tag');
    expect(text).toBe('q Q0 c 1 1.3333333333333333 tag\nq Q0 b 2 1 tag\nq Q0 a 3 1 tag\n');
    expect(readTrecRun(file(text)).get('q')).toEqual([documents[2], documents[1], documents[0]]);
  });

  it('takes queries as JSON lines and as topics', () => {
    expect(readQueries(file('{"_id":"1","text":"one"}'))).toEqual(new Map([['1', 'one']]));
    expect(readQueries(file('1\tone two\r\n', 'topics.tsv'))).toEqual(new Map([['1', 'one two']]));
  });
});

describe('lines that are wrong are named with file, line, field, found and expected', () => {
  const cases: [string, Read, string, RegExp][] = [
    [
      'a missing document',
      readWeakPairs,
      '{"query":"q","document":"d"}\n{"query":"q"}',
      /:2: field "document": found nothing, expected string/,
    ],
    ['an empty query', readWeakPairs, '{"query":" ","document":"d"}', /:1: field "query": found an empty string/],
    ['a list for an object', readWeakPairs, '[1]', /:1: found array, expected a JSON object/],
    [
      'a strange prompt',
      readWeakPairs,
      '{"query":"Passage: x","response":"r"}',
      /:1: field "query": found string "Passage: x"/,
    ],
    [
      'documents as a string',
      readGroups,
      '\n{"query":"q","documents":"d"}',
      /:2: field "documents": found string, expected array of strings/,
    ],
    [
      'a document that is a number',
      readGroups,
      '{"query":"q","documents":["d",4]}',
      /:1: field "documents\[1\]": found number, expected string/,
    ],
    [
      'a positive alone',
      readGroups,
      '{"query":"q","documents":["d"]}',
      /:1: field "documents": found one document, expected two/,
    ],
    ['neither documents nor passages', readGroups, '{"query":"q"}', /:1: field "documents": found nothing/],
    [
      'a passage without text',
      readGroups,
      '{"query_id":1,"query":"q","positive_passages":[{"docid":"1"}],"negative_passages":[{"text":"n"}]}',
      /:1: field "positive_passages\[0\]\.text": found nothing/,
    ],
    [
      'no negative passages',
      readGroups,
      '{"query_id":1,"query":"q","positive_passages":[{"text":"p"}],"negative_passages":[]}',
      /field "negative_passages": found an empty array/,
    ],
    [
      'an id twice',
      readCorpus,
      '{"_id":"1","text":"a"}\n{"_id":"1","text":"b"}',
      /:2: field "_id": found "1" a second time/,
    ],
    [
      'a prompt that is none',
      readPrompts,
      '{"prompt":"a"}\n{"prompt":3}',
      /:2: field "prompt": found number, expected string/,
    ],
    ['a query without text', readQueries, '{"_id":"1"}', /:1: field "text": found nothing, expected string/],
    ['a grade that is none', readQrels, '1 0 d1 high', /:1: field "grade": found "high", expected a whole number/],
    ['a pair judged twice', readQrels, '1 0 d1 1\n1 0 d1 0', /:2: found query 1, document d1 a second time/],
    ['five columns of judgment', readQrels, '1 0 d1 1 x', /:1: found 5 columns/],
    ['a run without a tag', readTrecRun, '1 Q0 d 1 0.5', /:1: found 5 columns/],
    ['a score that is none', readTrecRun, '1 Q0 d 1 nan x', /:1: field "score": found "nan", expected a finite number/],
    [
      'a document returned twice',
      readTrecRun,
      '1 Q0 d 1 2 x\n1 Q0 d 2 1 x',
      /:2: found query 1, document d a second time/,
    ],
  ];
  it.each(cases)('%s', (_, read, content, message) => {
    const target = file(content);
    expect(() => read(target)).toThrow(InputError);
    expect(() => read(target)).toThrow(message);
    expect(() => read(target)).toThrow(target);
  });

  const readers: [string, Read][] = Object.entries({
    readCorpus,
    readGroups,
    readQrels,
    readQueries,
    readTrecRun,
    readWeakPairs,
  });
  it.each(readers)('%s says so of a missing and of an empty file', (_, read) => {
    expect(() => read(path.join(folder, 'absent'))).toThrow(/absent: no such file/);
    expect(() => read(file('\n\r\n'))).toThrow(/found an empty file/);
  });
});

describe('readCollection', () => {
  beforeEach(() => {
    file('{"_id":"d1","title":"T","text":"one"}\n{"_id":"d2","text":"two"}', 'beir/corpus.jsonl');
    file('{"_id":"q1","text":"query"}', 'beir/queries.jsonl');
    file('query-id\tcorpus-id\tscore\nq1\td1\t1\n', 'beir/qrels/test.tsv');
  });

  it('reads the splits that there are, and its hash follows the content and not the name', () => {
    const collection = resolveCollection(path.join(folder, 'beir'));
    expect(collection.name).toBe('beir');
    expect([...collection.qrels.keys()]).toEqual(['test']);
    expect(collection.documents.get('d2')).toEqual({ title: '', text: 'two' });
    const { hash } = collection;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(resolveCollection(path.join(folder, 'beir')).hash).toBe(hash);
    file('query-id\tcorpus-id\tscore\nq1\td1\t2\n', 'beir/qrels/test.tsv');
    expect(resolveCollection(path.join(folder, 'beir')).hash).not.toBe(hash);
  });

  it('refuses a judged query without a text', () => {
    file('q9\td1\t1\n', 'beir/qrels/test.tsv');
    expect(() => readCollection(path.join(folder, 'beir'))).toThrow(/test\.tsv: field "query-id": found "q9"/);
  });

  it('names the nearest embedded collection for a name that is none', () => {
    expect(() => resolveCollection('cew')).toThrow(
      /found "cew", expected cwe, factbook or a folder \(did you mean cwe\?\)/,
    );
  });
});
