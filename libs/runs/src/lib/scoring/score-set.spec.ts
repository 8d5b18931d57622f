import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedSet } from '@tsarank/ablation';
import { loadModel, type LoadedModel } from '@tsarank/model';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine } from '@tsarank/tensor';
import { readPairScores } from './pair-scores';
import { asRun, readRanking, writeRanking } from './ranking-file';
import { chunkSize, scoreSet, type ScoredSet } from './score-set';
import { preparedSet, type PreparedSet } from './test-set';

const text = { maxDocumentTokens: 16, maxQueryTokens: 8 };
const set: PlannedSet = {
  ...{
    id: '00000000000000aa',
    name: 'dev',
    collection: 'cwe',
    split: 'dev',
    candidates: 'bm25',
    depth: 12,
    queries: 20,
  },
  ...{ domain: 'in', score: 'all', text },
};

let folder: string;
let loaded: LoadedModel;
let prepared: PreparedSet;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'score-set-'));
  await selectEngine('wasm');
  loaded = await loadModel('tiny');
  prepared = await preparedSet(folder, set);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);
const score = (name: string, more: { earlier?: string[]; stopAfter?: number } = {}): Promise<ScoredSet> =>
  scoreSet({
    ...loaded,
    ...{ set, prepared, file: at(name), earlier: more.earlier ?? [], chunkPairs: 128 },
    onProgress: (done) => {
      if (more.stopAfter !== undefined && done >= more.stopAfter) throw new Error('killed');
    },
  });

describe('scoreSet', () => {
  let whole: ScoredSet;
  beforeAll(async () => (whole = await score('whole.bin')));

  it('ranks every list by the scores of its pairs', async () => {
    expect(whole.pairs).toBe([...prepared.candidates.values()].flat().length);
    const { query, documents, scores } = whole.lists[3]!;
    expect([...documents].sort()).toEqual(
      prepared.candidates
        .get(query)!
        .map(({ docId }) => docId)
        .sort(),
    );
    const pairs = documents.map((id) => ({
      query: prepared.queries.get(query)!,
      document: prepared.documents.get(id)!,
    }));
    const plain = await scorePairs({ ...loaded, pairs, limits: text });
    scores.forEach((value, index) => expect(value).toBeCloseTo(plain[index]!, 4));
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    expect(whole.perplexity).toEqual({ positives: expect.any(Number), heldOut: null });
  });

  it('goes on after a kill, and ends with the same bytes', async () => {
    await expect(score('killed.bin', { stopAfter: 150 })).rejects.toThrow('killed');
    expect(readPairScores(at('killed.bin')).size).toBe(128);
    // What a killed process had begun to write.
    appendFileSync(at('killed.bin'), readFileSync(at('whole.bin')).subarray(128 * 24, 128 * 24 + 100));
    expect(await score('killed.bin')).toEqual(whole);
    expect(readFileSync(at('killed.bin')).equals(readFileSync(at('whole.bin')))).toBe(true);
  });

  it('scores no pair again that the same weights have scored', async () => {
    const again = await score('again.bin', { earlier: [at('whole.bin')] });
    expect(again.lists).toEqual(whole.lists);
    expect(again.reused).toBe(readPairScores(at('whole.bin')).size);
    expect(readFileSync(at('again.bin'))).toHaveLength(0);
    const deeper = { ...set, id: '00000000000000ab', depth: 14 };
    const more = await scoreSet({
      ...{ ...loaded, set: deeper, prepared: await preparedSet(folder, deeper), file: at('deeper.bin') },
      ...{ earlier: [at('whole.bin')], onProgress: () => undefined },
    });
    expect(more.reused).toBe(again.reused);
    expect(readPairScores(at('deeper.bin')).size).toBeLessThan(more.pairs - more.reused + 1);
  });

  it('leaves lists as they were that measure 0 in every order, where it is told to', async () => {
    const relevant = await scoreSet({
      ...{ ...loaded, set: { ...set, score: 'relevant' as const }, prepared, file: at('relevant.bin'), earlier: [] },
      onProgress: () => undefined,
    });
    const left = relevant.lists.filter(({ scored }) => scored === false);
    expect(left.length).toBeGreaterThan(0);
    for (const { query, documents } of left)
      expect(documents).toEqual(prepared.candidates.get(query)!.map(({ docId }) => docId));
  });
});

it.each([
  [2.7e6, 1024],
  [135e6, 128],
  [560e6, 32],
  [7e9, 16],
])('cuts chunks by the size of the model: %d weights', (weights, pairs) => {
  expect(chunkSize(weights)).toBe(pairs);
});

describe('a ranking on the disk', () => {
  const lists = [{ query: 'q', documents: ['b', 'a'], scores: [-0.1, -0.30000000000000004] }];

  it('comes back as it was, to the last digit, and equal ones are equal files', () => {
    const hash = writeRanking(at('ranking.jsonl.gz'), lists);
    expect(readRanking(at('ranking.jsonl.gz'), hash)).toEqual(lists);
    expect(writeRanking(at('other.jsonl.gz'), lists)).toBe(hash);
    expect(asRun(lists).get('q')![1]).toEqual({ docId: 'a', score: -0.30000000000000004 });
  });

  it.each([
    ['half-written', (file: string) => truncateSync(file, 20)],
    ['gone', (file: string) => rmSync(file)],
  ])('is refused where it is %s', (_, damage) => {
    const file = at('damaged.jsonl.gz');
    const hash = writeRanking(file, lists);
    damage(file);
    expect(() => readRanking(file, hash)).toThrow(`${file}: field "sha256": found`);
  });
});

describe('a prepared test set', () => {
  it('is prepared once, and named where its files are not what was written', async () => {
    const place = path.join(folder, 'sets', set.id);
    expect(existsSync(`${place}.preparing`)).toBe(false);
    const file = path.join(place, 'queries.jsonl');
    const sound = readFileSync(file, 'utf8');
    writeFileSync(file, sound.slice(0, -50));
    await expect(preparedSet(folder, set)).rejects.toThrow(`${file}: is not what`);
    writeFileSync(file, sound);
    await expect(preparedSet(folder, set)).resolves.toEqual(prepared);
  });
});
