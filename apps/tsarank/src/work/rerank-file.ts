import { dirname } from 'node:path';
import {
  formatTrecRun,
  readCandidates,
  readCollectionEvaluation,
  readCorpusDocuments,
  readQueries,
} from '@tsarank/data';
import type { Candidates, CandidatesFormat, CorpusFormat, Document, QueriesFormat } from '@tsarank/data';
import { InputError, writeFileAtomic } from '@tsarank/io';
import { rankByScore } from '@tsarank/metrics';
import { rerank } from '@tsarank/ranking';
import type { Log } from '../log';
import { openScorer } from './open-scorer';
import type { ScorerValues } from './open-scorer';
import { countTies } from './tied-scores';

export interface RerankValues extends ScorerValues {
  run: string;
  runFormat?: CandidatesFormat;
  corpus?: string;
  corpusFormat?: CorpusFormat;
  queries?: string;
  queriesFormat?: QueriesFormat;
  top: number;
  out: string;
}

/** Reranks the first candidates of a run file by the model, and says how many scores were tied. */
export async function rerankFile(values: RerankValues, log: Log): Promise<void> {
  const candidates = readCandidates(values.run, { format: values.runFormat, forTrec: true });
  const { run } = candidates;
  const collection = textsOf(candidates, values);
  const { scorer, dispose } = await openScorer(
    {
      ...values,
      publishedLimits: values.corpus === undefined ? undefined : readCollectionEvaluation(dirname(values.corpus)),
    },
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

interface Texts {
  documents: ReadonlyMap<string, Document>;
  queries: ReadonlyMap<string, string>;
}

/** The texts that the run carries, or those of the candidates to be scored from corpus and queries. */
function textsOf({ run, documents, queries, format }: Candidates, values: RerankValues): Texts {
  if (documents && queries) {
    for (const option of ['corpus', 'corpusFormat', 'queries', 'queriesFormat'] as const) {
      const given = values[option];
      if (given === undefined) continue;
      const field = option.replace('Format', '-format');
      throw new InputError({
        field,
        found: given,
        expected: `none: ${values.run} carries the texts (read as ${format})`,
      });
    }
    return { documents, queries };
  }
  const { corpus, queries: queriesFile } = values;
  if (corpus === undefined || queriesFile === undefined) {
    const field = corpus === undefined ? 'corpus' : 'queries';
    const expected = `a file: ${values.run} carries no texts (read as ${format})`;
    throw new InputError({ field, found: 'nothing', expected });
  }
  const wanted = new Set<string>();
  for (const candidates of run.values()) {
    for (const { docId } of rankByScore(candidates).slice(0, values.top)) wanted.add(docId);
  }
  return {
    queries: readQueries(queriesFile, { wanted: new Set(run.keys()), format: values.queriesFormat }),
    documents: readCorpusDocuments(corpus, { wanted, format: values.corpusFormat }),
  };
}
