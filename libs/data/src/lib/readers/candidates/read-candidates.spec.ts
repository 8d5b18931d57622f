import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { readCandidates } from './read-candidates';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'candidates-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string): string {
  const target = path.join(folder, 'input');
  writeFileSync(target, content);
  return target;
}

const lines = (...objects: object[]): string => objects.map((each) => `${JSON.stringify(each)}\n`).join('');

const scored = new Map([
  [
    'q1',
    [
      { docId: 'd1', score: 9.5 },
      { docId: 'd2', score: 2 },
    ],
  ],
  ['q2', [{ docId: 'd1', score: 3 }]],
]);
const ranked = new Map([
  [
    'q1',
    [
      { docId: 'd1', score: 1 },
      { docId: 'd2', score: 1 / 2 },
    ],
  ],
  ['q2', [{ docId: 'd1', score: 1 }]],
]);
const queries = new Map([
  ['q1', 'cat food'],
  ['q2', 'dogs'],
]);
const documents = new Map([
  ['d1', { title: '', text: 'They eat 1 2 3 fish.' }],
  ['d2', { title: '', text: 'meat' }],
]);

describe('runs without texts', () => {
  it.each([
    ['trec', 'q1 Q0 d1 1 9.5 x\nq1 Q0 d2 2 2 x\nq2\tQ0\td1\t1\t3\tx\n', scored],
    ['scores', 'q1\td1\t9.5\nq1\td2\t2\nq2\td1\t3\n', scored],
    ['scores', 'q1 d1 9.5\nq1 d2 2\nq2 d1 3\n', scored],
    ['msmarco', 'q1\td1\t1\nq1\td2\t2\nq2\td1\t1\n', ranked],
  ])('%s', (format, content, run) => {
    expect(readCandidates(file(content))).toEqual({ run, format });
  });

  it("takes MS MARCO's ranks in any order", () => {
    const { run } = readCandidates(file('q1\td2\t2\nq1\td1\t1\nq2\td1\t1\n'));
    expect(run.get('q1')).toEqual([
      { docId: 'd2', score: 1 / 2 },
      { docId: 'd1', score: 1 },
    ]);
  });
});

describe('files that carry texts', () => {
  const [d1, d2] = [documents.get('d1')!.text, documents.get('d2')!.text];

  it.each([
    ['top1000', `q1\td1\tcat food\t${d1}\nq1\td2\tcat food\t${d2}\nq2\td1\tdogs\t${d1}\n`, ranked],
    [
      'rankinggpt',
      lines(
        { qid: 'q1', pid: 'd1', query: 'cat food', passage: d1 },
        { qid: 'q1', pid: 'd2', query: 'cat food', passage: d2 },
        { qid: 'q2', pid: 'd1', query: 'dogs', passage: d1 },
      ),
      ranked,
    ],
    [
      'rank_llm',
      JSON.stringify(
        [
          {
            query: 'cat food',
            hits: [
              { content: d1, qid: 'q1', docid: 'd1', rank: 1, score: 9.5 },
              { content: d2, qid: 'q1', docid: 'd2', rank: 2, score: 2 },
            ],
          },
          { query: 'dogs', hits: [{ content: d1, qid: 'q2', docid: 'd1', rank: 1, score: 3 }] },
          { query: 'nothing was found', hits: [] },
        ],
        null,
        2,
      ),
      scored,
    ],
    [
      'rank_llm',
      lines(
        {
          query: { text: 'cat food', qid: 'q1' },
          candidates: [
            { docid: 'd1', score: 9.5, doc: { contents: d1 } },
            { docid: 'd2', score: 2, doc: { title: null, text: d2, contents: 'not this' } },
          ],
        },
        { query: { text: 'dogs', qid: 'q2' }, candidates: [{ docid: 'd1', score: 3, doc: d1 }] },
      ),
      scored,
    ],
  ])('%s', (format, content, run) => {
    expect(readCandidates(file(content))).toEqual({ run, queries, documents, format });
  });

  it('keeps the title that a document of rank_llm has, and numbers as ids', () => {
    const hit = { docid: 7, doc: { title: 'Cats', segment: 'eat' } };
    const { run, documents: texts } = readCandidates(file(lines({ query: { text: 'a', qid: 1 }, candidates: [hit] })));
    expect(run).toEqual(new Map([['1', [{ docId: '7', score: 1 }]]]));
    expect(texts).toEqual(new Map([['7', { title: 'Cats', text: 'eat' }]]));
  });
});

describe('what is refused', () => {
  it.each([
    ['q1\td1\t5\nq1\td2\t3\n', ':1: found a third column that can be read as msmarco (ranks) and as scores'],
    [
      'q Q0 d 1 2 x\ty\tz\tw',
      ':1: found columns that can be read as trec and as top1000, expected one of them: --run-format',
    ],
    ['q1\t0\td1\t1\n', ':1: found four columns that end in a number, as judgments have them'],
    ['query-id\tcorpus-id\tscore\nq1\td1\t1\n', ':1: found judgments, expected candidates'],
    ['q1\td1\t1\nq1\td1\t2\n', ':2: found query q1, document d1 a second time'],
    ['q1\td1\t1\nq1\td2\n', ':2: found 2 columns, expected query, document, rank or score (read as three columns)'],
    ['q1\td1\tbest\n', ':1: field "rank": found "best"'],
    ['q1\td1\tcat\ta b\nq1\td2\tdog\tc d\n', ':2: found another text of query q1 than before'],
    [
      'q1\td1\tcat\ta b\nq2\td1\tdog\tc d\n',
      ":2: found another text of document d1 than before, expected one text for each id (read as MS MARCO's top1000",
    ],
    ['q1\td1\tcat\ta b\nq1\td2\tcat\n', ':2: found 3 columns between tabs'],
    ['{"query":"a"}', ':1: found the fields query, expected {"query", "hits"}'],
    ['{"query":"a","hits":{}}', ':1: field "hits": found object'],
    [
      '{"query":"a","hits":[{"qid":1,"docid":1}]}',
      ':1: field "hits[0].content": found nothing, expected string (read as rank_llm',
    ],
    ['{"query":"a","hits":[{"docid":1,"content":"b"}]}', ':1: field "hits[0].qid": found nothing'],
    ['{"query":{"text":"a"},"candidates":[{"docid":1,"doc":"b"}]}', ':1: field "query.qid": found nothing'],
    ['{"query":"a","hits":[{"qid":1,"docid":1,"content":"b","score":NaN}]}', ':1: field "hits[0].score": found null'],
    ['{"qid":1,"pid":2,"query":" ","passage":"b"}', ':1: field "query": found an empty string'],
    ['q1 Q0 d1 1 x', ':1: found 5 columns'],
    ['\n', ': found an empty file'],
    ['[]', ': found an empty file'],
  ])('%j', (content, message) => {
    const target = file(content);
    expect(() => readCandidates(target)).toThrow(InputError);
    expect(() => readCandidates(target)).toThrow(`${target}${message}`);
  });

  it('is read where it is told how to', () => {
    const both = 'q1\td1\t5\nq1\td2\t3\n';
    expect(readCandidates(file(both), { format: 'scores' }).run.get('q1')![0]!.score).toBe(5);
    expect(readCandidates(file(both), { format: 'msmarco' }).run.get('q1')![0]!.score).toBe(1 / 5);
    const four = 'q1\t0\td1\t1\n';
    expect(readCandidates(file(four), { format: 'top1000' }).queries).toEqual(new Map([['q1', 'd1']]));
    expect(() => readCandidates(file('q1\td1\t0\n'), { format: 'msmarco' })).toThrow('field "rank": found 0');
    const spaced = 'q\tQ0\tApollo 11\t1\t9.5\tx\n';
    expect(() => readCandidates(file(spaced))).toThrow('--run-format trec or tsv says which');
    expect(readCandidates(file(spaced), { format: 'tsv' })).toMatchObject({ format: 'tsv' });
  });

  it('ids that a TREC file can not hold, where one will be written', () => {
    const target = file('{"qid":"a b","pid":"d","query":"q","passage":"p"}');
    expect(readCandidates(target).run.size).toBe(1);
    expect(() => readCandidates(target, { forTrec: true })).toThrow(`${target}: field "query id": found "a b"`);
  });
});
