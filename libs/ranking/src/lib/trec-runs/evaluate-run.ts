import type { Qrels, TrecRun } from '@tsarank/data';
import { evaluateRankings, parseMeasure } from '@tsarank/metrics';
import type { EvaluateOptions, Evaluation } from '@tsarank/metrics';

export interface EvaluateRunOptions extends EvaluateOptions {
  /** Least relevant grade of measures that don't name theirs (trec_eval's -l); default 1. */
  readonly relevanceLevel?: number;
}

/**
 * Evaluates a run by trec_eval's rules.
 *
 * @param measures Names as parseMeasure reads them; they are the keys of the result.
 * @throws {InputError} on an unknown measure, or a list with a document twice.
 *
 * @example
 * evaluateRun(qrels, run, ['nDCG@10']).mean.get('nDCG@10'); // 0.3218
 */
export function evaluateRun(
  qrels: Qrels,
  run: TrecRun,
  measures: readonly string[],
  { relevanceLevel, ...options }: EvaluateRunOptions = {},
): Evaluation {
  return evaluateRankings(
    qrels,
    run,
    measures.map((name) => parseMeasure(name, { relevanceLevel })),
    options,
  );
}
