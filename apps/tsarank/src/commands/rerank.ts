import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { wholeNumber } from '../options/option-values';
import { requiredPath } from '../options/shared-options';
import { scoringOptions } from '../scoring-options';
import { requireWritableFile } from '../writable';

export const rerank = defineCommand({
  name: 'rerank',
  describe: 'Rerank the first candidates of a TREC run by the model; the others keep their order below',
  options: {
    ...scoringOptions,
    run: requiredPath('run', 'TREC run with the candidates'),
    corpus: requiredPath('corpus', 'Documents: {"_id","title","text"} a line'),
    queries: requiredPath('queries', 'Queries: {"_id","text"} a line, or a .tsv of id and text'),
    top: {
      describe: 'Candidates of a query that are scored',
      default: 100,
      requiresArg: true,
      coerce: wholeNumber('top'),
    },
    out: requiredPath('out', 'TREC run to write'),
  },
  examples: [
    ['$0 rerank --model tiny --run bm25.trec --corpus corpus.jsonl --queries queries.jsonl --out out.trec', 'top 100'],
  ],
  run: async (values) => {
    requireWritableFile(values.out, 'out', [values.run, values.corpus, values.queries]);
    const { rerankFile } = require('../work/rerank-file') as typeof import('../work/rerank-file');
    await rerankFile(values, createLog(values.logLevel));
  },
});
