import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { runToEnd } from './spawned-command';

let folder: string;
let model: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-formats-'));
  model = join(folder, 'model');
  await selectEngine('cpu');
  await writeQuickModel(model);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const CORPUS = 'd1\ta cat sleeps\nd2\ta dog barks\nd3\tcat and cat again\n';
const TOPICS = '<top>\n<num> Number: 1\n<title> cat\n</top>\n<top>\n<num> Number: 2\n<title> dog\n</top>\n';
const HITS = [
  {
    query: 'cat',
    hits: [
      { content: 'cat and cat again', qid: 1, docid: 'd3', rank: 1, score: 2 },
      { content: 'a cat sleeps', qid: 1, docid: 'd1', rank: 2, score: 1 },
    ],
  },
  { query: 'dog', hits: [{ content: 'a dog barks', qid: 2, docid: 'd2', rank: 1, score: 1 }] },
];
const RUN = '1\td3\t1\n1\td1\t2\n2\td2\t1\n';

const rerank = (out: string, ...args: string[]) =>
  runToEnd(['rerank', '--engine', 'cpu', '--model', model, '--out', out, ...args]);

it('search, rerank and evaluate take tables, topics and archives', async () => {
  const corpus = write('collection.tsv.gz', gzipSync(CORPUS));
  const queries = write('topics.txt', TOPICS);
  const [run, reranked] = [join(folder, 'bm25.trec'), join(folder, 'reranked.trec')];
  const texts = ['--corpus', corpus, '--queries', queries];
  expect((await runToEnd(['search', ...texts, '--out', run])).code).toBe(0);
  expect(readFileSync(run, 'utf8').split('\n')).toHaveLength(4);
  expect((await rerank(reranked, '--run', run, ...texts)).code).toBe(0);
  const judged = write('qrels.tsv', '1\t0\td1\t1\n2\t0\td2\t1\n');
  const evaluated = await runToEnd(['evaluate', '--qrels', judged, '--run', write('run.tsv', RUN), '-m', 'RR@10']);
  expect(evaluated.stdout).toBe('RR@10\tall\t0.7500\n');
});

it('rerank needs no texts beside a run that carries them, and gives the same', async () => {
  const [without, beside] = [join(folder, 'without.trec'), join(folder, 'beside.trec')];
  const carrying = write('hits.json', JSON.stringify(HITS));
  expect((await rerank(without, '--run', carrying)).code).toBe(0);
  const texts = ['--corpus', write('corpus.tsv', CORPUS), '--queries', write('queries.txt', TOPICS)];
  expect((await rerank(beside, '--run', write('run.msmarco', RUN), ...texts)).code).toBe(0);
  expect(readFileSync(without, 'utf8')).toBe(readFileSync(beside, 'utf8'));

  const given = await rerank(join(folder, 'none'), '--run', carrying, ...texts);
  expect([given.code, given.stderr]).toEqual([
    2,
    expect.stringContaining('hits.json carries the texts (read as rank_llm)'),
  ]);
  const missing = await rerank(join(folder, 'none'), '--run', write('run.msmarco', RUN));
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('carries no texts (read as msmarco)')]);
});

it('rerank reads no more of a corpus than its run names, and refuses documents that are not there', async () => {
  const queries = write('queries.tsv', '1\tcat\n2\tdog\n');
  const corpus = write('corpus.tsv', 'd3\tcat and cat again\nd2\ta dog barks\nno columns here\n');
  const out = join(folder, 'first.trec');
  const texts = ['--corpus', corpus, '--queries', queries, '--run', write('run.msmarco', RUN)];
  expect((await rerank(out, ...texts, '--top', '1')).code).toBe(0);
  expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(4);
  write('corpus.tsv', 'd3\tcat and cat again\nd2\ta dog barks\n');
  const unknown = await rerank(join(folder, 'none'), ...texts);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('corpus.tsv: found no document "d1"')]);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

it('finetune takes triples of ids with their texts, and refuses texts that nothing needs', async () => {
  const corpus = write('corpus.tsv', CORPUS);
  const queries = write('queries.tsv', '1\tcat\n2\tdog\n');
  const train = (groups: string, ...args: string[]) =>
    runToEnd(['finetune', '--engine', 'cpu', '--model', model, '--groups', groups, '--steps', '1', ...args]);
  const ids = write('triples.tsv', '1\td1\td2\n1\td3\td2\n2\td2\td1\n');
  const texts = ['--corpus', corpus, '--queries', queries];
  const logs = [join(folder, 'ids.log'), join(folder, 'texts.log')];
  const out = (name: string): string[] => ['--out', join(folder, name)];
  const byId = await train(ids, ...texts, ...out('by-id'), '--log', logs[0]!);
  expect(byId.code).toBe(0);
  const plain = write(
    'groups.jsonl',
    '{"query":"cat","pos":["a cat sleeps","cat and cat again"],"neg":["a dog barks"]}\n{"query":"dog","pos":["a dog barks"],"neg":["a cat sleeps"]}\n',
  );
  expect((await train(plain, ...out('by-text'), '--log', logs[1]!)).code).toBe(0);
  const loss = (file: string): unknown => (JSON.parse(readFileSync(file, 'utf8')) as { loss: number }).loss;
  expect(loss(logs[0]!)).toBe(loss(logs[1]!));
  const needless = await train(plain, '--corpus', corpus, ...out('none'));
  expect([needless.code, needless.stderr]).toEqual([2, expect.stringContaining('field "corpus"')]);
  const format = await train(plain, '--corpus-format', 'tsv', ...out('none'));
  expect([format.code, format.stderr]).toEqual([2, expect.stringContaining('has no effect without --corpus')]);
});
