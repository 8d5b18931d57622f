import { readCandidates, readQrels, type CandidatesFormat, type QrelsFormat } from '@tsarank/data';
import { print, writeFileAtomic } from '@tsarank/io';
import { evaluateRankings, formatMeasure, OFFICIAL_MEASURES, parseMeasure } from '@tsarank/metrics';
import type { Evaluation, Measure, ScorePrecision } from '@tsarank/metrics';
import type { Log } from '../log';

export interface EvaluateValues {
  qrels: string;
  run: string;
  qrelsFormat?: QrelsFormat;
  runFormat?: CandidatesFormat;
  measure?: string[];
  perQuery: boolean;
  json: boolean;
  complete: boolean;
  relevanceLevel: number;
  trecEvalVersion: '9' | '10';
  scorePrecision?: ScorePrecision;
  out?: string;
}

/** Evaluates a run file against judgments; the result goes to `out` or standard output. */
export function evaluateFiles(values: EvaluateValues, log: Log): void {
  const { measure, perQuery, json, complete, relevanceLevel, out } = values;
  const trecEvalVersion = values.trecEvalVersion === '9' ? 9 : 10;
  const scorePrecision = values.scorePrecision ?? (trecEvalVersion === 9 ? 'float' : 'double');
  const labels = [...new Set(measure === undefined || measure.length === 0 ? OFFICIAL_MEASURES : measure)];
  const measures = labels.map((label) => parseMeasure(label, { relevanceLevel, trecEvalVersion }));
  const judgments = readQrels(values.qrels, { format: values.qrelsFormat });
  const { run } = readCandidates(values.run, { format: values.runFormat });
  const result = evaluateRankings(judgments, run, measures, { complete, scorePrecision });
  const text = json ? asJson(result, perQuery) : asLines(result, measures, perQuery);
  if (out === undefined) print(text);
  else writeFileAtomic(out, text);
  const found = [...judgments.keys()].filter((id) => run.has(id)).length;
  if (found < judgments.size) {
    const rest = complete ? 'count as 0' : 'are left out';
    log.warn(`${found} of ${judgments.size} judged queries are in the run; the others ${rest}`);
  }
}

function queriesOf({ perQuery }: Evaluation): string[] {
  return [...(perQuery.values().next().value?.keys() ?? [])];
}

function asJson(result: Evaluation, perQuery: boolean): string {
  const each = [...result.perQuery].map(([label, values]) => [label, Object.fromEntries(values)]);
  const value = {
    queries: queriesOf(result).length,
    all: Object.fromEntries(result.mean),
    ...(perQuery && { perQuery: Object.fromEntries(each) }),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function asLines(result: Evaluation, measures: readonly Measure[], perQuery: boolean): string {
  const lines = perQuery
    ? queriesOf(result).flatMap((id) =>
        measures.map((measure) => formatMeasure(measure, id, result.perQuery.get(measure.label)!.get(id)!)),
      )
    : [];
  lines.push(...measures.map((measure) => formatMeasure(measure, 'all', result.mean.get(measure.label)!)));
  return `${lines.join('\n')}\n`;
}
