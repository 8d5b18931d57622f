import { writeFileAtomic } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { realNumber, wholeNumber } from '../option-values';
import { requiredPath } from '../options';
import { requireWritableFile } from '../writable';

export const search = defineCommand({
  name: 'search',
  describe: 'Search a corpus by BM25, with the English analysis and scores of Lucene, and write a TREC run',
  options: {
    corpus: requiredPath('corpus', 'Documents: {"_id","title","text"} a line'),
    queries: requiredPath('queries', 'Queries: {"_id","text"} a line, or a .tsv of id and text'),
    out: requiredPath('out', 'TREC run to write'),
    k: { describe: 'Most documents a query', default: 1000, requiresArg: true, coerce: wholeNumber('k') },
    k1: { describe: 'Saturation of term frequency', default: 0.9, requiresArg: true, coerce: realNumber('k1') },
    b: { describe: 'Weight of document length', default: 0.4, requiresArg: true, coerce: realNumber('b', { most: 1 }) },
  },
  examples: [['$0 search --corpus corpus.jsonl --queries queries.jsonl --out bm25.trec', 'best 1000 of each query']],
  run: async ({ corpus, queries, out, k, k1, b, logLevel }) => {
    requireWritableFile(out, 'out');
    const { formatTrecRun, readCorpus, readQueries } = require('@tsarank/data') as typeof import('@tsarank/data');
    const { buildBm25Index } = require('@tsarank/ranking') as typeof import('@tsarank/ranking');
    const topics = readQueries(queries);
    const index = buildBm25Index(readCorpus(corpus), { k1, b });
    const log = createLog(logLevel);
    const progress = log.progress('search', topics.size);
    const run = new Map<string, { docId: string; score: number }[]>();
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
  },
});
