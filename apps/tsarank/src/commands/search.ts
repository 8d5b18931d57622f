import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { realNumber, wholeNumber } from '../options/option-values';
import { corpusFormat, queriesFormat } from '../options/data-formats';
import { requiredPath } from '../options/shared-options';
import { requireWritableFile } from '../writable';

export const search = defineCommand({
  name: 'search',
  describe: 'Search a corpus by BM25, with the English analysis and scores of Lucene, and write a TREC run',
  options: {
    corpus: requiredPath('corpus', 'Documents: JSON lines, a table, Parquet'),
    'corpus-format': corpusFormat,
    queries: requiredPath('queries', 'Queries: JSON lines, a table, TREC topics'),
    'queries-format': queriesFormat,
    out: requiredPath('out', 'TREC run to write'),
    k: { describe: 'Most documents a query', default: 1000, requiresArg: true, coerce: wholeNumber('k') },
    k1: { describe: 'Saturation of term frequency', default: 0.9, requiresArg: true, coerce: realNumber('k1') },
    b: { describe: 'Weight of document length', default: 0.4, requiresArg: true, coerce: realNumber('b', { most: 1 }) },
  },
  examples: [['$0 search --corpus corpus.jsonl --queries queries.jsonl --out bm25.trec', 'best 1000 of each query']],
  run: async (values) => {
    requireWritableFile(values.out, 'out', [values.corpus, values.queries]);
    const { searchCorpus } = require('../work/search-corpus') as typeof import('../work/search-corpus');
    searchCorpus(values, createLog(values.logLevel));
  },
});
