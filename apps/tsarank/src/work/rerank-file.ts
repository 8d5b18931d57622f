import { dirname } from 'node:path';
import { formatTrecRun, readCollectionEvaluation, readCorpus, readQueries, readTrecRun } from '@tsarank/data';
import { writeFileAtomic } from '@tsarank/io';
import { rerank } from '@tsarank/ranking';
import type { Log } from '../log';
import { openScorer } from './open-scorer';
import type { ScorerValues } from './open-scorer';
import { countTies } from './tied-scores';

export interface RerankValues extends ScorerValues {
  run: string;
  corpus: string;
  queries: string;
  top: number;
  out: string;
}

/** Reranks the first candidates of a run file by the model, and says how many scores were tied. */
export async function rerankFile(values: RerankValues, log: Log): Promise<void> {
  const run = readTrecRun(values.run);
  const collection = { documents: readCorpus(values.corpus), queries: readQueries(values.queries) };
  const { scorer, dispose } = await openScorer(
    { ...values, publishedLimits: readCollectionEvaluation(dirname(values.corpus)) },
    log,
  );
  let ties = 0;
  const reranked = await rerank({
    run,
    collection,
    top: values.top,
    scorer: async (pairs, places) => {
      const scores = await scorer(pairs, places);
      ties = countTies(pairs, scores);
      return scores;
    },
  });
  writeFileAtomic(values.out, formatTrecRun(reranked, 'tsarank'));
  if (ties > 0) log.info(`${ties} candidates have the score of another of their query and keep the order they came in`);
  dispose();
}
