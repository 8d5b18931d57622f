import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { readCorpusDocuments } from './corpus';
import { readQrels } from './qrels';
import { readQueries } from './queries';
import { hashPairs } from './weak-pair';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'data-formats-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string, name = 'input'): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

describe('readCorpusDocuments', () => {
  const documents = new Map([
    ['1', { title: '', text: 'a cat' }],
    ['2', { title: '', text: 'a dog' }],
  ]);

  it.each([
    ['BEIR', '{"_id":"1","text":"a cat","title":""}\n{"_id":2,"text":"a dog","metadata":{}}'],
    ['one list', '[{"_id":"1","text":"a cat"},{"_id":"2","text":"a dog"}]'],
    ['Pyserini', '{"id":"1","contents":"a cat"}\n{"id":"2","contents":"a dog"}'],
    ['Tevatron', '{"docid":"1","text":"a cat"}\n{"docid":"2","title":null,"document_text":"a dog"}'],
    ['MS MARCO', '1\ta cat\r\n2\ta dog'],
    ['a table with titles', 'id\ttext\n1\ta cat\n2\ta dog\n'],
  ])('takes the form of %s', (_, content) => {
    expect(readCorpusDocuments(file(content))).toEqual(documents);
  });

  it('keeps what is wanted alone, and reads no further than the last of it', () => {
    const corpus = file('{"_id":"1","text":"a"}\n{"_id":"2","text":"b"}\n{"_id":"3","text":"c"}\nno JSON any more');
    const found = readCorpusDocuments(corpus, { wanted: new Set(['3', '1']) });
    expect([...found]).toEqual([
      ['1', { title: '', text: 'a' }],
      ['3', { title: '', text: 'c' }],
    ]);
    expect(readCorpusDocuments(path.join(folder, 'absent'), { wanted: new Set() })).toEqual(new Map());
    expect(() => readCorpusDocuments(corpus)).toThrow(`${corpus}:4: not JSON`);
  });

  it('names documents that are wanted and not there', () => {
    const corpus = file('1\ta\n2\tb\n');
    const wanted = new Set(['2', 'a', 'b', 'c', 'd', 'e', 'f']);
    expect(() => readCorpusDocuments(corpus, { wanted })).toThrow(
      `${corpus}: found no document "a", "b", "c", "d", "e" and 1 more, expected every document that is asked for`,
    );
  });

  it.each([
    ['{"id":"1"}', ':1: field "contents": found nothing, expected string (read as a Pyserini corpus)'],
    ['{"docid":"1","text":3}', ':1: field "text": found number, expected string (read as a Tevatron corpus)'],
    ['{"_id":"1","text":"a"}\n{"id":"2","contents":"b"}', ':2: field "_id": found nothing'],
    ['{"_id":"1","text":"a","id":"1","contents":"b"}', ':1: found fields that can be read as beir and as pyserini'],
    [
      '1\ta\tb',
      ":1: found 3 columns between tabs, expected two: document id, text (read as MS MARCO's collection.tsv)",
    ],
    ['text alone', ':1: found 1 column between tabs'],
    ['\ta', ':1: field "document id": found nothing'],
    ['1\ta\n1\tb', ':2: field "_id": found "1" a second time'],
    ['["1","a"]', ':1: found array, expected a JSON object'],
  ])('refuses %j', (content, message) => {
    const corpus = file(content);
    expect(() => readCorpusDocuments(corpus)).toThrow(InputError);
    expect(() => readCorpusDocuments(corpus)).toThrow(`${corpus}${message}`);
  });

  it('reads as what it is told to', () => {
    const both = file('{"_id":"1","text":"a","id":"2","contents":"b"}');
    expect([...readCorpusDocuments(both, { format: 'pyserini' })]).toEqual([['2', { title: '', text: 'b' }]]);
    expect([...readCorpusDocuments(file('{1}\ttext'), { format: 'tsv' }).keys()]).toEqual(['{1}']);
    expect(() => readCorpusDocuments(both, { format: 'pyserni' as 'tsv' })).toThrow('did you mean pyserini?');
  });
});

describe('readQueries', () => {
  it.each([
    ['BEIR', '{"_id":"1","text":"cat food"}\n{"_id":"2","text":"dogs & more"}'],
    ['Tevatron', '{"query_id":1,"query":"cat food"}\n{"query_id":"2","query_text":"dogs & more"}'],
    ['a table, whatever its name', '1\tcat food\n2\tdogs & more\n'],
    [
      'TREC topics',
      '\n<top>\n<head> Tipster\n<num> Number: 1\n<title> Topic: cat\n food \n\n<desc> Description:\nAbout <cats>.\n</top>\n' +
        '<top><num>2</num><title>dogs & more</title></top>',
    ],
    [
      'TREC topics in XML',
      '<?xml version="1.0"?>\n<topics task="x">\n<topic number="1">\n<query>cat food</query><question>?</question></topic>' +
        '<topic number="2" type="faceted"><title>dogs &amp; mor&#101;</title></topic></topics>',
    ],
  ])('takes the form of %s', (_, content) => {
    expect([...readQueries(file(content))]).toEqual([
      ['1', 'cat food'],
      ['2', 'dogs & more'],
    ]);
  });

  it.each([
    ['<top>\n<num> Number: 1\n</top>', ':1: field "title": found nothing, expected text (read as TREC topics)'],
    ['<top>\n<title> cat\n</top>', ':1: field "num": found nothing'],
    ['\n<top>\n<num> 1\n<title> cat\n', ':2: found <top> without </top>'],
    ['<top>\n<num> 1\n<title> cat\n<top>', ':4: found <top>, expected </top> of line 1'],
    ['<topics>\n<topic number="1"></topic></topics>', ':2: field "query": found nothing, expected text (read as TREC'],
    ['<topics>\n<topic><query>a</query></topic></topics>', ':2: field "number": found nothing'],
    ['1 cat food', ':1: found "1 cat food", expected query id, tab, text'],
    ['{"query_id":"1"}', ':1: field "query": found nothing, expected string (read as Tevatron queries)'],
    ['1\ta\n1\tb', ':2: field "query id": found "1" a second time'],
  ])('refuses %j', (content, message) => {
    const queries = file(content);
    expect(() => readQueries(queries)).toThrow(InputError);
    expect(() => readQueries(queries)).toThrow(`${queries}${message}`);
  });

  it('keeps what is wanted alone, and names what is not there', () => {
    const queries = file('1\ta\n2\tb\n');
    expect([...readQueries(queries, { wanted: new Set(['2']) })]).toEqual([['2', 'b']]);
    expect(() => readQueries(queries, { wanted: new Set(['2', '9']) })).toThrow('found no query "9"');
  });
});

it("readQrels takes MS MARCO's four columns, whose ids may hold spaces", () => {
  const expected = new Map([['1', new Map([['d 1', 1]])]]);
  expect(readQrels(file('1\t0\td 1\t1\n'))).toEqual(expected);
  expect(readQrels(file('1\t0\td1\t1\n2\t0\td2\t1\n')).get('2')).toEqual(new Map([['d2', 1]]));
  expect(() => readQrels(file('1\t0\td1\t1\n2\t0\td2\n'))).toThrow(':2: found 3 columns');
});

it('hashPairs follows the content, not the bytes', () => {
  const plain = hashPairs(file('{"query":"q","document":"d"}\n{"query":"r","document":"e"}\n'));
  const published = '{"query":"Document: e Query:","response":"r","id":7}';
  expect(hashPairs(file(`[{"document":"d", "query":"q"}, ${published}]`))).toBe(plain);
  expect(hashPairs(file('{"query":"q","document":"d"}\n{"query":"r","document":"f"}\n'))).not.toBe(plain);
});
