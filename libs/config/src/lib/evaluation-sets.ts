import type { RunConfig, TextConfig } from './run-config';

/** What the sets of a configuration that names none are called, after the part they play. */
export const IN_DOMAIN = 'inDomain';
export const OUT_OF_DOMAIN = 'outOfDomain';

/** A test set with everything said that decides a score over it. */
export interface EvaluationSet {
  /** As columns and records name it. */
  name: string;
  /** Embedded, or a folder. */
  collection: string;
  split: 'test' | 'dev' | 'train';
  /** `bm25`, or a file of candidates. */
  candidates: string;
  /** Candidates a query. */
  depth: number;
  /** Queries used, drawn with a fixed seed; absent: all. */
  queries?: number;
  domain: 'in' | 'out';
  /** Lists that are scored: all, or those with a relevant document (every order of another measures 0). */
  score: 'all' | 'relevant';
  /** How its texts are read. */
  text: TextConfig;
}

/** The test sets of a configuration: those it names, else its collection in domain and its collection out of domain. */
export function evaluationSets({ data, text, evaluation }: RunConfig): EvaluationSet[] {
  if (evaluation?.sets) {
    return evaluation.sets.map(({ name, collection, split, candidates, depth, queries, domain, score, text: own }) => ({
      name,
      collection,
      split,
      candidates,
      depth: depth ?? data.candidates,
      ...(queries === undefined ? {} : { queries }),
      domain,
      score,
      text: { ...text, ...own },
    }));
  }
  const shared = { candidates: 'bm25', depth: data.candidates, score: 'relevant' as const, text };
  const queriesOf = (queries: number | undefined): { queries?: number } => (queries === undefined ? {} : { queries });
  return [
    {
      ...{ name: IN_DOMAIN, collection: data.collection, split: data.split },
      ...shared,
      ...queriesOf(data.testQueries),
      domain: 'in',
    },
    ...(data.outOfDomain === null
      ? []
      : [
          {
            ...{ name: OUT_OF_DOMAIN, collection: data.outOfDomain, split: 'test' as const },
            ...shared,
            ...queriesOf(data.outOfDomainQueries),
            domain: 'out' as const,
          },
        ]),
  ];
}
