import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { readCollection } from './beir-folder';
import { readCorpus } from './corpus';
import { readQrels } from './qrels';
import { readQueries } from './queries';
import { readGroups } from './groups/read-groups';
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
    expect(() => resolveCollection('cew')).toThrow(/No collection "cew".*Did you mean "cwe"\?/);
  });
});

describe('columns and ids', () => {
  const header = 'query-id\tcorpus-id\tscore\n';

  it('takes white space for part of an id where only tabs are columns', () => {
    const judged = readQrels(file(`${header}query 1\tBlue whale\t1\nq2\t\u00a0a\u2003\t2\n`, 'a.tsv'));
    expect(judged.get('query 1')!.get('Blue whale')).toBe(1);
    expect([...judged.get('q2')!.keys()]).toEqual(['\u00a0a\u2003']);
    expect([...readQrels(file('q\tBlue whale\t1\nq\tb\t0\n', 'b.tsv')).get('q')!.keys()]).toEqual(['Blue whale', 'b']);
    expect([...readQueries(file('\u00a0q\ttext\n', 'topics.tsv')).keys()]).toEqual(['\u00a0q']);
  });

  it('takes other white space than ASCII for part of an id in TREC files', () => {
    const run = readTrecRun(file('q\u00a01 Q0 d\u20031 1 2.5 tag\n'));
    expect(run.get('q\u00a01')).toEqual([{ docId: 'd\u20031', score: 2.5 }]);
    expect([...readQrels(file('q\u00a01\t0  d\u20031 1\n')).keys()]).toEqual(['q\u00a01']);
    expect(formatTrecRun(run, 'tag')).toBe('q\u00a01 Q0 d\u20031 1 2.5 tag\n');
  });

  it('passes over comments, as trec_eval 10', () => {
    expect(readQrels(file('# made by hand\nq 0 d 1\n#q 0 e 1\n')).get('q')!.size).toBe(1);
    expect(readTrecRun(file('# a run\nq Q0 d 1 1 t\n')).size).toBe(1);
  });

  it('reads both ways only what it is told how to read', () => {
    const qrels = file('q\td 1\t2\n', 'both.tsv');
    expect(() => readQrels(qrels)).toThrow('--qrels-format trec or beir says which');
    expect(readQrels(qrels, { format: 'beir' }).get('q')!.get('d 1')).toBe(2);
    expect(readQrels(qrels, { format: 'trec' }).get('q')!.get('1')).toBe(2);
    const run = file('q\tQ0\tApollo 11\t1\t9.5\tx\n', 'tabs.trec');
    expect(() => readTrecRun(run)).toThrow('--run-format trec or tsv says which');
    expect(readTrecRun(run, { format: 'tsv' }).get('q')).toEqual([{ docId: 'Apollo 11', score: 9.5 }]);
  });

  it.each([
    ['a query id with a space', 'query 1 Q0 d1 1 9.0 x\n'],
    ['a document id with a space', 'q1 Q0 Blue whale 1 9.0 x\n'],
    ['a document id that ends in a number', 'q1 Q0 Apollo 11 1 9.0 x\n'],
  ])('refuses a run whose columns have shifted: %s', (_, text) => {
    expect(() => readTrecRun(file(text))).toThrow(':1: found 7 columns between white space');
  });

  it('refuses ids that a TREC file can not hold where one will be written, by line and field', () => {
    const corpus = file('{"_id":"a","text":"t"}\n{"_id":"Blue whale","text":"t"}\n', 'c.jsonl');
    expect(() => readCorpus(corpus, { forTrec: true })).toThrow(`${corpus}:2: field "_id": found "Blue whale"`);
    expect(readCorpus(corpus).size).toBe(2);
    const queries = file('a\tt\nb c\tt\n', 'q.tsv');
    expect(() => readQueries(queries, { forTrec: true })).toThrow(`${queries}:2: field "query id": found "b c"`);
  });

  it('puts the title of a published passage before its text', () => {
    const line = '{"query_id":"1","query":"q","positive_passages":[{"docid":"1","title":"Cats","text":"They eat."}],';
    const groups = readGroups(file(`${line}"negative_passages":[{"docid":"2","title":"","text":"No."},{"text":"n"}]}`));
    expect(groups[0]).toMatchObject({ positives: ['Cats They eat.'], negatives: ['No.', 'n'] });
  });

  it.each([
    ['latin-1', Buffer.from('{"query":"caf\xe9","document":"d"}', 'latin1'), ':2: found bytes that are no UTF-8'],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'found UTF-16 text'],
    ['a broken gzip file', Buffer.from([0x1f, 0x8b, 8, 0]), 'damaged gzip file (it ends too early)'],
    ['a broken Parquet file', Buffer.from('PAR1....'), "can't be read as a Parquet file"],
    ['zeros', Buffer.alloc(8), 'found binary data'],
  ])('refuses what is no UTF-8 text: %s', (name, bytes, message) => {
    const target = path.join(folder, `bytes-${name}`);
    const before = name === 'latin-1' ? '{"query":"q","document":"d"}\n' : '';
    writeFileSync(target, Buffer.concat([Buffer.from(before), bytes]));
    expect(() => readWeakPairs(target)).toThrow(message);
  });

  it('refuses a key that stands twice, by line', () => {
    const pairs = file('{"query":"q","document":"d"}\n{"query":"q","document":"d","query":"r"}\n', 'twice.jsonl');
    expect(() => readWeakPairs(pairs)).toThrow(`${pairs}:2: field "query": found the key a second time`);
  });
});
