import { writeFileAtomic } from '@tsarank/io';
import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { oneOf, wholeNumber } from '../option-values';
import { optionalPath, requiredPath } from '../options';
import { requireWritableFile } from '../writable';

const options = {
  qrels: requiredPath('qrels', 'Judgments: TREC qrels or a BEIR table'),
  run: requiredPath('run', 'TREC run'),
  measure: {
    alias: 'm',
    describe: 'nDCG@10, RR@10, AP, R@100, P@10, … or trec_eval names; once or more (default: those of trec_eval)',
    type: 'string',
    array: true,
    requiresArg: true,
  },
  'per-query': { describe: 'Values of single queries too', type: 'boolean', default: false },
  json: { describe: 'JSON with unrounded values', type: 'boolean', default: false },
  complete: {
    alias: 'c',
    describe: "Average over all judged queries, a missing one as 0 (trec_eval's -c); --no-complete: only those found",
    type: 'boolean',
    default: true,
  },
  'relevance-level': {
    alias: 'l',
    describe: 'Least grade that counts as relevant',
    default: 1,
    requiresArg: true,
    coerce: wholeNumber('relevance-level'),
  },
  'score-precision': {
    describe: 'How scores are compared: double (trec_eval 10) or float (up to 9.0.8)',
    default: 'double',
    requiresArg: true,
    coerce: oneOf('score-precision', ['double', 'float']),
  },
  out: optionalPath('out', 'File for the result instead of standard output'),
} as const satisfies Record<string, Options>;

export const evaluate = defineCommand({
  name: 'evaluate',
  describe: "Evaluate a TREC run by trec_eval's rules",
  options,
  examples: [['$0 evaluate --qrels test.tsv --run bm25.trec -m nDCG@10 -m RR@10', 'two measures']],
  run: async ({ qrels, run, measure, perQuery, json, complete, relevanceLevel, scorePrecision, out, logLevel }) => {
    if (out !== undefined) requireWritableFile(out, 'out');
    const { readQrels, readTrecRun } = require('@tsarank/data') as typeof import('@tsarank/data');
    const metrics = require('@tsarank/metrics') as typeof import('@tsarank/metrics');
    const { evaluateRankings, formatMeasure, OFFICIAL_MEASURES, parseMeasure } = metrics;
    const labels = [...new Set(measure === undefined || measure.length === 0 ? OFFICIAL_MEASURES : measure)];
    const measures = labels.map((label) => parseMeasure(label, { relevanceLevel }));
    const judgments = readQrels(qrels);
    const documents = readTrecRun(run);
    const judgedIds = [...judgments.keys()];
    const result = evaluateRankings(judgments, documents, measures, { complete, scorePrecision });
    const values = (label: string): Map<string, number> => result.perQuery.get(label)!;
    const queryIds = [...(result.perQuery.values().next().value?.keys() ?? [])];
    let text: string;
    if (json) {
      const each = perQuery && Object.fromEntries(measures.map(({ label }) => [label, Object.fromEntries(values(label))]));
      const all = Object.fromEntries(result.mean);
      text = `${JSON.stringify({ queries: queryIds.length, all, ...(perQuery && { perQuery: each }) }, null, 2)}\n`;
    } else {
      const lines = perQuery
        ? queryIds.flatMap((id) => measures.map((one) => formatMeasure(one, id, values(one.label).get(id)!)))
        : [];
      lines.push(...measures.map((one) => formatMeasure(one, 'all', result.mean.get(one.label)!)));
      text = `${lines.join('\n')}\n`;
    }
    if (out === undefined) process.stdout.write(text);
    else writeFileAtomic(out, text);
    const log = createLog(logLevel);
    const found = judgedIds.filter((id) => documents.has(id)).length;
    if (found < judgedIds.length) {
      log.warn(`${found} of ${judgedIds.length} judged queries are in the run; ${complete ? 'the others count as 0' : 'the others are left out'}`);
    }
  },
});
