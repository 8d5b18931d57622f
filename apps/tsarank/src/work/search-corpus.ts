import { formatTrecRun, readCorpus, readQueries } from '@tsarank/data';
import type { CorpusFormat, QueriesFormat, TrecRun } from '@tsarank/data';
import { writeFileAtomic } from '@tsarank/io';
import { buildBm25Index } from '@tsarank/ranking';
import type { Log } from '../log';

export interface SearchValues {
  corpus: string;
  corpusFormat?: CorpusFormat;
  queries: string;
  queriesFormat?: QueriesFormat;
  out: string;
  k: number;
  k1: number;
  b: number;
}

/** BM25 over a corpus file for every query of a file, as a TREC run. */
export function searchCorpus(values: SearchValues, log: Log): void {
  const { corpus, queries, out, k, k1, b } = values;
  const topics = readQueries(queries, { forTrec: true, format: values.queriesFormat });
  const index = buildBm25Index(readCorpus(corpus, { forTrec: true, format: values.corpusFormat }), { k1, b });
  const progress = log.progress('search', topics.size);
  const run: TrecRun = new Map();
  let done = 0;
  for (const [queryId, text] of topics) {
    const found = index.search(text, k);
    if (found.length > 0) run.set(queryId, found);
    progress.update((done += 1));
  }
  writeFileAtomic(out, formatTrecRun(run, 'bm25'));
  progress.finish();
  const without = topics.size - run.size;
  if (without > 0) log.info(`${without} queries share no term with any document and are left out of the run`);
}
