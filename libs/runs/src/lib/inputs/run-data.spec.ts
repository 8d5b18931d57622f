import { evaluateRun } from '@tsarank/ranking';
import type { TrecRun } from '@tsarank/data';
import { listsWithRelevant, loadTestSet } from './run-data';

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
