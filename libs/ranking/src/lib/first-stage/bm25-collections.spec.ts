import { existsSync } from 'node:fs';
import path from 'node:path';
import { formatTrecRun, readCorpus, readQrels, readQueries, readTrecRun } from '@tsarank/data';
import { buildBm25Index, searchQueries } from './bm25';
import { evaluateRun } from '../trec-runs/evaluate-run';

const data = path.resolve(__dirname, '../../../../../../shared/data');
const present = existsSync(data);
if (!present) console.warn(`bm25-collections.spec: skipped, no ${data}`);
const maybe = present ? it : it.skip;

function load(name: string) {
  const index = buildBm25Index(readCorpus(path.join(data, name, 'corpus.jsonl')));
  const run = searchQueries(index, readQueries(path.join(data, name, 'queries.jsonl')), 1000);
  return { index, run, qrels: readQrels(path.join(data, name, 'qrels/test.tsv')) };
}

describe('BM25 on published collections', () => {
  maybe('NFCorpus has the figures of Anserini’s flat index', () => {
    const { run, qrels } = load('nfcorpus');
    const { mean } = evaluateRun(qrels, run, ['nDCG@10', 'R@100', 'R@1000'], { complete: true });
    const printed = [...mean].map(([label, value]) => `${label} ${value.toFixed(4)}`);
    expect(printed).toEqual(['nDCG@10 0.3218', 'R@100 0.2457', 'R@1000 0.3704']);
    // Some queries match nothing; trec_eval without -c leaves them out.
    expect(evaluateRun(qrels, run, ['num_q']).mean.get('num_q')).toBeLessThanOrEqual(323);
  });

  maybe('CACM has Anserini’s term count, its figures, and every document and score of its stored run', () => {
    const { index, run, qrels } = load('cacm');
    expect(index.totalTerms).toBe(320_968);
    const { mean } = evaluateRun(qrels, run, ['AP', 'P@30']);
    expect([...mean].map(([label, value]) => `${label} ${value.toFixed(4)}`)).toEqual(['AP 0.3123', 'P@30 0.1942']);
    for (const [queryId, documents] of readTrecRun(path.join(data, 'cacm/raw/cacm-bm25.anserini.run.txt'))) {
      const ours = run.get(queryId)!.slice(0, documents.length);
      expect(ours.map(({ docId }) => docId)).toEqual(documents.map(({ docId }) => docId));
      // Anserini writes scores rounded to four decimals, ties lowered by 1e-6 each.
      ours.forEach(({ score }, rank) => expect(Math.abs(score - documents[rank]!.score)).toBeLessThan(1e-4));
    }
  });

  maybe('Cranfield is where another Lucene-like index puts it (no official figure)', () => {
    const { run, qrels } = load('cranfield');
    const { mean } = evaluateRun(qrels, run, ['nDCG@10', 'AP']);
    expect(Math.abs(mean.get('nDCG@10')! - 0.3514)).toBeLessThan(0.001);
    expect(Math.abs(mean.get('AP')! - 0.2889)).toBeLessThan(0.0015);
    expect(formatTrecRun(run, 'bm25').startsWith('1 Q0 ')).toBe(true);
  });
});
