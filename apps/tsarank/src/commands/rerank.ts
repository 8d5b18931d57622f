import { writeFileAtomic } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { wholeNumber } from '../option-values';
import { requiredPath } from '../options';
import { scoringOptions } from '../scoring-options';
import { countTies } from '../tied-scores';
import { requireWritableFile } from '../writable';

export const rerank = defineCommand({
  name: 'rerank',
  describe: 'Rerank the first candidates of a TREC run by the model; the others keep their order below',
  options: {
    ...scoringOptions,
    run: requiredPath('run', 'TREC run with the candidates'),
    corpus: requiredPath('corpus', 'Documents: {"_id","title","text"} a line'),
    queries: requiredPath('queries', 'Queries: {"_id","text"} a line, or a .tsv of id and text'),
    top: { describe: 'Candidates of a query that are scored', default: 100, requiresArg: true, coerce: wholeNumber('top') },
    out: requiredPath('out', 'TREC run to write'),
  },
  examples: [
    ['$0 rerank --model tiny --run bm25.trec --corpus corpus.jsonl --queries queries.jsonl --out out.trec', 'top 100'],
  ],
  run: async (values) => {
    requireWritableFile(values.out, 'out');
    const log = createLog(values.logLevel);
    const data = require('@tsarank/data') as typeof import('@tsarank/data');
    const { formatTrecRun, readCorpus, readQueries, readTrecRun } = data;
    const run = readTrecRun(values.run);
    const collection = { documents: readCorpus(values.corpus), queries: readQueries(values.queries) };
    const { openScorer } = require('../open-scorer') as typeof import('../open-scorer');
    const { scorer, dispose } = await openScorer(values, log);
    const ranking = require('@tsarank/ranking') as typeof import('@tsarank/ranking');
    let ties = 0;
    const reranked = await ranking.rerank({
      run,
      collection,
      top: values.top,
      scorer: async (pairs) => {
        const scores = await scorer(pairs);
        ties = countTies(pairs, scores);
        return scores;
      },
    });
    writeFileAtomic(values.out, formatTrecRun(reranked, 'tsarank'));
    if (ties > 0) log.info(`${ties} candidates have the score of another of their query and keep the order they came in`);
    dispose();
  },
});
