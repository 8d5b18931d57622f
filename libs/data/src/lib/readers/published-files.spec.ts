import { existsSync } from 'node:fs';
import path from 'node:path';
import { readCollection } from './beir-folder';
import { readQrels } from './qrels';
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
});
