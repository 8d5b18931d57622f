import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { wholeNumber } from '../options/option-values';
import { corpusFormat, queriesFormat, runFormat } from '../options/data-formats';
import { optionalPath, requiredPath } from '../options/shared-options';
import { scoringOptions } from '../options/scoring-options';
import { requireWritableFile } from '../writable';

export const rerank = defineCommand({
  name: 'rerank',
  describe: 'Rerank the first candidates of a run by the model; the others keep their order below',
  options: {
    ...scoringOptions,
    run: requiredPath('run', 'Candidates: a run of TREC or MS MARCO, or a file that carries texts (rank_llm, top1000)'),
    'run-format': runFormat,
    corpus: optionalPath('corpus', 'Documents, where --run carries none: JSON lines, a table, Parquet'),
    'corpus-format': corpusFormat,
    queries: optionalPath('queries', 'Queries, where --run carries none: JSON lines, a table, TREC topics'),
    'queries-format': queriesFormat,
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
    ['$0 rerank --model tiny --run bm25_top100.json --out out.trec', 'the texts are in the run'],
  ],
  run: async (values) => {
    requireWritableFile(values.out, 'out', inputsOf(values));
    const { rerankFile } = require('../work/rerank-file') as typeof import('../work/rerank-file');
    await rerankFile(values, createLog(values.logLevel));
  },
});

function inputsOf({ run, corpus, queries }: { run: string; corpus?: string; queries?: string }): string[] {
  return [run, corpus, queries].filter((file) => file !== undefined);
}
