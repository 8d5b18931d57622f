import { IN_DOMAIN, type RunRecord } from '@tsarank/config';
import { parseMeasure, summarizeMeasure } from '@tsarank/metrics';

/**
 * A record's numbers under flat names, as trackers group and sort by them: `eval/nDCG@10`, `eval/outOfDomain/nDCG@10`,
 * `eval/bm25/nDCG@10`, `perplexity/heldOut`, `loss/finetune/last`, `time/finetune`. Measures are summed up over queries as each is: mean, sum or
 * geometric mean.
 */
export function resultSummary({ result, timings }: RunRecord): Record<string, number> {
  const summary: Record<string, number> = {};
  for (const [system, collections] of Object.entries(result?.systems ?? {})) {
    for (const [collection, measures] of Object.entries(collections)) {
      const place = [system === 'model' ? [] : [system], collection === IN_DOMAIN ? [] : [collection]].flat();
      for (const [measure, queries] of Object.entries(measures)) {
        const values = Object.values(queries);
        if (values.length > 0)
          summary[['eval', ...place, measure].join('/')] = summarizeMeasure(parseMeasure(measure), values);
      }
    }
  }
  for (const [texts, value] of Object.entries(result?.perplexity ?? {})) {
    if (value !== null) summary[`perplexity/${texts}`] = value;
  }
  for (const [stage, losses] of Object.entries(result?.losses ?? {})) {
    summary[`loss/${stage}/first`] = losses.first;
    summary[`loss/${stage}/last`] = losses.last;
  }
  for (const [phase, seconds] of Object.entries(timings)) summary[`time/${phase}`] = seconds;
  return summary;
}
