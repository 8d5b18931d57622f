import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { documentText, formatTrecRun, readCandidates, resolveCollection } from '@tsarank/data';
import { buildBm25Index, rerank, searchQueries } from '@tsarank/ranking';
import { parquetWriteBuffer } from 'hyparquet-writer';
import createXxhash from 'xxhash-wasm';

/** One small collection in every form that a collection can have: its hash, candidates and scores are the same. */

const DOCUMENTS: [id: string, text: string][] = [
  ['0', 'The cat purrs when it is fed.'],
  ['1', 'Dogs bark at the cat next door, naïve 日本 😀.'],
  ['2', 'A flea lives on cats and on dogs.'],
  ['3', 'Nothing of the kind.'],
];
const QUERIES: [id: string, text: string][] = [
  ['10', 'cat that purrs'],
  ['11', 'dogs & fleas'],
];
const JUDGED: [queryId: string, docId: string, grade: number][] = [
  ['10', '0', 1],
  ['11', '2', 2],
  ['11', '1', 0],
];

const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const tsv = (rows: readonly (readonly unknown[])[], end = '\n'): string =>
  rows.map((row) => row.join('\t') + end).join('');
const beirCorpus = jsonLines(DOCUMENTS.map(([_id, text]) => ({ _id, title: '', text })));
const column = (name: string, data: string[]) => ({ name, data, type: 'STRING' as const });
const escaped = (text: string): string => text.replace('&', '&amp;');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'forms-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type File = readonly [name: string, content: string | Uint8Array];

const CORPORA: Readonly<Record<string, () => File | Promise<File>>> = {
  BEIR: () => ['corpus.jsonl', beirCorpus],
  'BEIR with CRLF and a byte order mark': () => ['corpus.jsonl', `\uFEFF${beirCorpus.replaceAll('\n', '\r\n')}`],
  'one JSON list': () => [
    'corpus.json',
    JSON.stringify(
      DOCUMENTS.map(([_id, text]) => ({ _id, text })),
      null,
      2,
    ),
  ],
  gzip: () => ['corpus.jsonl.gz', Buffer.concat([gzipSync(beirCorpus.slice(0, 70)), gzipSync(beirCorpus.slice(70))])],
  Zstandard: async () => ['corpus.jsonl.zst', await zstandard(beirCorpus)],
  'MS MARCO': () => ['collection.tsv', tsv(DOCUMENTS)],
  'MS MARCO, gzip': () => ['collection.tsv.gz', gzipSync(tsv(DOCUMENTS, '\r\n'))],
  Pyserini: () => ['corpus.jsonl', jsonLines(DOCUMENTS.map(([id, contents]) => ({ id, contents })))],
  Tevatron: () => ['corpus.jsonl', jsonLines(DOCUMENTS.map(([docid, text]) => ({ docid: Number(docid), text })))],
  Parquet: () => [
    'corpus.parquet',
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          column(
            '_id',
            DOCUMENTS.map(([id]) => id),
          ),
          column(
            'text',
            DOCUMENTS.map(([, text]) => text),
          ),
        ],
      }),
    ),
  ],
};

const QUERY_FILES: Readonly<Record<string, () => File>> = {
  BEIR: () => ['queries.jsonl', jsonLines(QUERIES.map(([_id, text]) => ({ _id, text })))],
  'a table': () => ['queries.tsv', tsv(QUERIES)],
  Tevatron: () => ['queries.jsonl', jsonLines(QUERIES.map(([query_id, query]) => ({ query_id, query })))],
  TREC: () => [
    'topics.txt',
    QUERIES.map(([id, text]) => `<top>\n<num> Number: ${id}\n<title> ${text}\n\n<desc> x\n</top>\n`).join('\n'),
  ],
  'TREC in XML': () => [
    'topics.xml',
    `<topics>${QUERIES.map(([id, text]) => `<topic number="${id}"><query>${escaped(text)}</query></topic>`).join('\n')}</topics>`,
  ],
};

const QREL_FILES: Readonly<Record<string, () => File>> = {
  BEIR: () => ['test.tsv', tsv([['query-id', 'corpus-id', 'score'], ...JUDGED])],
  TREC: () => ['test.txt', JUDGED.map(([query, document, grade]) => `${query} 0 ${document} ${grade}\n`).join('')],
  'MS MARCO, gzip': () => ['test.tsv.gz', gzipSync(tsv(JUDGED.map(([query, doc, grade]) => [query, 0, doc, grade])))],
};

/** A frame of plain blocks with its check sum. */
async function zstandard(text: string): Promise<Buffer> {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(3);
  header.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(Number((await createXxhash()).create64().update(bytes).digest() & 0xffffffffn));
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58]), header, bytes, sum]);
}

async function outcome(name: string, corpus: string, queries: string, qrels: string) {
  const place = path.join(folder, name);
  mkdirSync(path.join(place, 'qrels'), { recursive: true });
  for (const [file, below] of [
    [await CORPORA[corpus]!(), ''],
    [QUERY_FILES[queries]!(), ''],
    [QREL_FILES[qrels]!(), 'qrels'],
  ] as const) {
    writeFileSync(path.join(place, below, file[0]), file[1]);
  }
  const collection = resolveCollection(place);
  const candidates = searchQueries(buildBm25Index(collection.documents), collection.queries, 10);
  const scores = await rerank({ run: candidates, collection, scorer: compressionScorer });
  return { hash: collection.hash, run: formatTrecRun(candidates, 'bm25'), scores: formatTrecRun(scores, 'x') };
}

/** Any scorer that sees the texts alone: bytes that the query adds to the compressed document. */
async function compressionScorer(pairs: readonly { query: string; document: string }[]): Promise<number[]> {
  const size = (text: string): number => deflateRawSync(text).length;
  return pairs.map(({ query, document }) => size(document) - size(`${document} ${query}`));
}

it('the same collection in all its forms gives the same hash, candidates and scores', async () => {
  const expected = await outcome('0', 'BEIR', 'BEIR', 'BEIR');
  expect(expected.run.split('\n').length).toBeGreaterThan(4);
  const cases = [
    ...Object.keys(CORPORA).map((corpus) => [corpus, 'BEIR', 'BEIR'] as const),
    ...Object.keys(QUERY_FILES).map((queries) => ['BEIR', queries, 'BEIR'] as const),
    ...Object.keys(QREL_FILES).map((qrels) => ['BEIR', 'BEIR', qrels] as const),
  ];
  for (const [index, [corpus, queries, qrels]] of cases.entries()) {
    const made = await outcome(`${index + 1}`, corpus, queries, qrels);
    expect({ corpus, queries, qrels, ...made }).toEqual({ corpus, queries, qrels, ...expected });
  }
});

it('another content gives another hash', async () => {
  const { hash } = await outcome('same', 'MS MARCO', 'TREC', 'TREC');
  const place = path.join(folder, 'same');
  const corpus = path.join(place, 'collection.tsv');
  writeFileSync(corpus, readFileSync(corpus, 'utf8').replace('purrs', 'sleeps'));
  expect(resolveCollection(place).hash).not.toBe(hash);
});

it('a collection whose corpus is there twice is refused', async () => {
  await outcome('twice', 'BEIR', 'BEIR', 'BEIR');
  writeFileSync(path.join(folder, 'twice', 'collection.tsv'), tsv(DOCUMENTS));
  expect(() => resolveCollection(path.join(folder, 'twice'))).toThrow(
    'found corpus.jsonl and collection.tsv, expected one',
  );
});

it('candidates in the forms that have scores, and in those that carry texts, are reranked alike', async () => {
  const { scores } = await outcome('candidates', 'BEIR', 'BEIR', 'BEIR');
  const collection = resolveCollection(path.join(folder, 'candidates'));
  const run = searchQueries(buildBm25Index(collection.documents), collection.queries, 10);
  const each = [...run].flatMap(([qid, list]) =>
    list.map(({ docId, score }, index) => {
      const passage = documentText(collection.documents.get(docId)!);
      return { qid, docid: docId, rank: index + 1, score, query: collection.queries.get(qid)!, passage };
    }),
  );
  const files: Record<string, string> = {
    trec: formatTrecRun(run, 'x'),
    msmarco: tsv(each.map(({ qid, docid, rank }) => [qid, docid, rank])),
    scores: tsv(each.map(({ qid, docid, score }) => [qid, docid, score])),
    top1000: tsv(each.map(({ qid, docid, query, passage }) => [qid, docid, query, passage])),
    rankinggpt: jsonLines(each.map(({ qid, docid: pid, query, passage }) => ({ qid, pid, query, passage }))),
    rank_llm: JSON.stringify(
      [...run.keys()].map((id) => ({
        query: collection.queries.get(id),
        hits: each.filter(({ qid }) => qid === id).map(({ passage: content, ...hit }) => ({ ...hit, content })),
      })),
    ),
  };
  for (const [format, content] of Object.entries(files)) {
    const file = path.join(folder, `run.${format}`);
    writeFileSync(file, content);
    const candidates = readCandidates(file);
    expect(candidates.format).toBe(format);
    const texts = {
      documents: candidates.documents ?? collection.documents,
      queries: candidates.queries ?? collection.queries,
    };
    const reranked = await rerank({ run: candidates.run, collection: texts, scorer: compressionScorer });
    expect([format, formatTrecRun(reranked, 'x')]).toEqual([format, scores]);
  }
});
