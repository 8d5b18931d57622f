import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quick, type EvaluationSet } from '@tsarank/config';
import type { TrecRun } from '@tsarank/data';
import { evaluateRun } from '@tsarank/ranking';
import { finetuneGroups, listsWithRelevant, loadTestSet, testSetOf } from './run-data';

describe('listsWithRelevant', () => {
  const set = loadTestSet(
    {
      ...{ name: 'dev', collection: 'cwe', split: 'dev', candidates: 'bm25', depth: 20, queries: 60 },
      ...{ domain: 'in', score: 'all', text: { maxDocumentTokens: 32, maxQueryTokens: 32 } },
    },
    0,
  );
  const open = listsWithRelevant(set);

  it('leaves out the lists that measure 0 in every order, and no other', () => {
    expect(open.size).toBeGreaterThan(0);
    expect(open.size).toBeLessThan(set.candidates.size);
    const reversed: TrecRun = new Map(
      [...set.candidates].map(([queryId, list]) => [
        queryId,
        list.map(({ docId }, index) => ({ docId, score: index })),
      ]),
    );
    for (const run of [set.candidates, reversed]) {
      const measures = ['nDCG@20', 'RR@20', 'AP', 'P@20', 'R@20'];
      const { perQuery } = evaluateRun(set.qrels, run, measures, { complete: true });
      for (const measure of measures) {
        for (const [queryId, value] of perQuery.get(measure)!) expect(value > 0).toBe(open.has(queryId));
      }
    }
  });
});

describe('groups from a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'groups-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are taken as they are, as many as are asked for', () => {
    const file = path.join(folder, 'groups.jsonl');
    const lines = [1, 2, 3, 4].map((at) => JSON.stringify({ query: `q${at}`, documents: [`p${at}`, `n${at}`] }));
    writeFileSync(file, `${lines.join('\n')}\n`);
    const groupsOf = (trainQueries?: number): string[] =>
      finetuneGroups({
        ...{ ...quick, data: { ...quick.data, collection: '/nowhere', trainQueries } },
        finetune: { ...quick.finetune!, groups: file },
      }).map(({ query }) => query);
    expect(groupsOf()).toEqual(['q1', 'q2', 'q3', 'q4']);
    expect(groupsOf(2)).toHaveLength(2);
    expect(groupsOf(2)).toEqual(groupsOf(2));
  });
});

describe('a test set of judgments and candidates with texts', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'judged-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => path.join(folder, name);
  const set = (candidates: string): EvaluationSet => ({
    ...{ name: 'judged', collection: at('qrels.txt'), split: 'test', candidates, depth: 2 },
    ...{ domain: 'in', score: 'all', text: { maxDocumentTokens: 32, maxQueryTokens: 32 } },
  });

  it('needs no collection', () => {
    writeFileSync(at('qrels.txt'), 'q1 0 b 1\nq2 0 c 1\n');
    const hit = (docid: string, rank: number): object => ({
      qid: 'q1',
      docid,
      content: `text of ${docid}`,
      rank,
      score: 9 - rank,
    });
    writeFileSync(at('lists.json'), JSON.stringify([{ query: 'cats', hits: [hit('a', 1), hit('b', 2), hit('c', 3)] }]));
    const { candidates, positives, collection } = loadTestSet(set(at('lists.json')), 5);
    expect(candidates.get('q1')!.map(({ docId }) => docId)).toEqual(['a', 'b']);
    expect(positives).toEqual([{ query: 'cats', document: 'text of b' }]);
    expect(collection.qrels.get('test')!.size).toBe(2);
  });

  it('refuses candidates without texts', () => {
    writeFileSync(at('run.trec'), 'q1 Q0 a 1 2.5 x\n');
    expect(() => loadTestSet(set(at('run.trec')), 5)).toThrow('expected a collection, or candidates that carry texts');
    expect(() => loadTestSet(set('bm25'), 5)).toThrow('beside candidates without texts (bm25)');
  });
});

describe('a test set whose queries are documents', () => {
  const documents = new Map(['a', 'b', 'c'].map((id) => [id, { title: '', text: `trade and taxes ${id}` }] as const));
  const collection = {
    name: 'arguments',
    documents,
    queries: new Map([['a', 'trade and taxes a']]),
    qrels: new Map([['test', new Map([['a', new Map([['b', 1]])]])]]),
  };
  const candidatesOf = (evaluation?: { dropsOwnDocument: boolean }): string[] => {
    const set: EvaluationSet = {
      ...{ name: 'arguments', collection: 'arguments', split: 'test', candidates: 'bm25', depth: 2 },
      ...{ domain: 'in', score: 'all', text: { maxDocumentTokens: 32, maxQueryTokens: 32 } },
    };
    return testSetOf({ ...collection, evaluation }, set, 0)
      .candidates.get('a')!
      .map(({ docId }) => docId);
  };

  it("has as many candidates as asked for, and not the query's own document, where it is evaluated so", () => {
    expect(candidatesOf()).toContain('a');
    expect(candidatesOf({ dropsOwnDocument: true }).sort()).toEqual(['b', 'c']);
  });
});
