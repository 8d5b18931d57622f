import { dirname } from 'node:path';
import { formatTrecRun, readCollectionEvaluation, readCorpus, readQueries, withoutOwnDocuments } from '@tsarank/data';
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

/**
 * BM25 over a corpus file for every query of a file, as a TREC run. Where the `dataset.json` beside the corpus says so (ArguAna),
 * the document with the query's own id is left out.
 */
export function searchCorpus(values: SearchValues, log: Log): void {
  const { corpus, queries, out, k, k1, b } = values;
  const topics = readQueries(queries, { forTrec: true, format: values.queriesFormat });
  const dropsOwn = readCollectionEvaluation(dirname(corpus))?.dropsOwnDocument === true;
  const index = buildBm25Index(readCorpus(corpus, { forTrec: true, format: values.corpusFormat }), { k1, b });
  const progress = log.progress('search', topics.size);
  const run: TrecRun = new Map();
  let done = 0;
  for (const [queryId, text] of topics) {
    const found = index.search(text, dropsOwn ? k + 1 : k);
    if (found.length > 0) run.set(queryId, found);
    progress.update((done += 1));
  }
  writeFileAtomic(out, formatTrecRun(dropsOwn ? withoutOwnDocuments(run, k) : run, 'bm25'));
  if (dropsOwn) log.info("queries are documents here: the document with a query's own id is left out");
  progress.finish();
  const without = topics.size - run.size;
  if (without > 0) log.info(`${without} queries share no term with any document and are left out of the run`);
}
