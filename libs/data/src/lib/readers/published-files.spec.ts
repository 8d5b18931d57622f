import { existsSync } from 'node:fs';
import path from 'node:path';
import { readCollection } from './beir-folder';
import { readCandidates } from './candidates/read-candidates';
import { readCorpusDocuments } from './corpus';
import { readQrels } from './qrels';
import { readQueries } from './queries';
import { readGroups } from './groups/read-groups';
import { readTrecRun } from './trec-run';
import { readWeakPairs } from './weak-pair';

const shared = path.resolve(__dirname, '../../../../../../shared/data');
const present = existsSync(shared);
const maybe = present ? it : it.skip;
if (!present) console.warn(`published files are not there, their cases are skipped: ${shared}`);
const file = (...parts: string[]): string => path.join(shared, ...parts);

describe('published files', () => {
  maybe("RankingGPT's training groups: 100 queries, 1 or 2 positives", () => {
    const groups = readGroups(file('rankinggpt', 'msmarco.json'));
    expect(groups).toHaveLength(100);
    expect(groups[0]!.queryId).toBe('958784');
    expect(Math.max(...groups.map(({ positives }) => positives.length))).toBe(2);
    expect(groups.filter(({ negatives }) => negatives.length < 47)).toHaveLength(40);
  });

  maybe("RankingGPT's stage-one pairs", () => {
    const pairs = readWeakPairs(file('rankinggpt', 'text_pairs.json'));
    expect(pairs).toHaveLength(10);
    expect(pairs[0]!.query).toBe('is aardvark derived from afrikaans?');
    expect(pairs[0]!.document.startsWith('The name "aardvark" is Afrikaans')).toBe(true);
  });

  maybe("trec_eval's own test files, lines with junk behind the tag included", () => {
    expect(readQrels(file('trec-eval', 'qrels.test')).size).toBeGreaterThan(0);
    expect(readTrecRun(file('trec-eval', 'results.test')).size).toBeGreaterThan(0);
    expect(readTrecRun(file('trec-eval', 'results.trunc')).size).toBeGreaterThan(0);
  });

  maybe.each([
    ['cacm', 3204, 64, [52]],
    ['nfcorpus', 3633, 3237, [2590, 324, 323]],
  ])('BEIR layout: %s', (name, documents, queries, judged) => {
    const collection = readCollection(file(name));
    expect([collection.documents.size, collection.queries.size]).toEqual([documents, queries]);
    expect([...collection.qrels.values()].map(({ size }) => size)).toEqual(judged);
  });

  maybe("rank_llm's BM25 list of DL19 is the TREC run beside it, with the texts of the gzip corpus", () => {
    const { run, queries, documents, format } = readCandidates(file('trec-dl', 'dl19', 'bm25_top100.json'));
    expect(format).toBe('rank_llm');
    expect(run).toEqual(readTrecRun(file('trec-dl', 'dl19', 'runs', 'BM25.top100.trec.txt')));
    const wanted = new Set(documents!.keys());
    expect(readCorpusDocuments(file('trec-dl', 'dl19', 'passages_union.jsonl.gz'), { wanted }).size).toBe(wanted.size);
    const topics = readQueries(file('trec-dl', 'dl19', 'topics.dl19.tsv'));
    for (const [queryId, text] of queries!) expect(topics.get(queryId)).toBe(text);
  });

  maybe.each([
    ['flagembedding', 'flagembedding/msmarco.jsonl', 10],
    ['flagembedding', 'flagembedding/nq.jsonl', 10],
    ['openmatch', 'openmatch/train_rank_toy.jsonl', 1],
  ])('groups of %s: %s', (_, name, count) => {
    expect(readGroups(file('triples-toy', ...name.split('/')))).toHaveLength(count);
  });
});
