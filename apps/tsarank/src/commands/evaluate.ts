import type { CandidatesFormat, QrelsFormat } from '@tsarank/data';
import { CANDIDATES_FORMATS, QRELS_FORMATS } from '@tsarank/data/formats';
import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { refuseIgnored } from '../options/ignored-options';
import { oneOf, wholeNumber } from '../options/option-values';
import { optionalPath, requiredPath } from '../options/shared-options';
import { requireWritableFile } from '../writable';

const options = {
  qrels: requiredPath('qrels', "Judgments: TREC qrels, a BEIR table or MS MARCO's four columns"),
  run: requiredPath('run', 'Run of TREC or MS MARCO, or JSON of rank_llm'),
  format: {
    describe: 'For files that could be read both ways: trec (split at white space), beir (split at tabs)',
    requiresArg: true,
    coerce: oneOf('format', ['trec', 'beir']),
  },
  'qrels-format': {
    describe: `The same for the judgments alone: ${QRELS_FORMATS.join(', ')}`,
    requiresArg: true,
    coerce: oneOf('qrels-format', QRELS_FORMATS),
  },
  'run-format': {
    describe: `The same for the run alone: ${CANDIDATES_FORMATS.join(', ')} (tsv: TREC's columns split at tabs)`,
    requiresArg: true,
    coerce: oneOf('run-format', CANDIDATES_FORMATS),
  },
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
  'trec-eval-version': {
    describe: 'Whose rules hold where versions differ: 10, or 9 (recall levels of IPrec; scores compared as float)',
    default: '10',
    requiresArg: true,
    coerce: oneOf('trec-eval-version', ['9', '10']),
  },
  'score-precision': {
    describe: 'How scores are compared: double (trec_eval 10) or float (up to 9.0.8)',
    defaultDescription: 'that of --trec-eval-version',
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
  run: async (values) => {
    if (values.out !== undefined) requireWritableFile(values.out, 'out', [values.qrels, values.run]);
    const { evaluateFiles } = require('../work/evaluate-files') as typeof import('../work/evaluate-files');
    evaluateFiles({ ...values, ...formatsOf(values) }, createLog(values.logLevel));
  },
});

interface Formats {
  format?: 'trec' | 'beir';
  qrelsFormat?: QrelsFormat;
  runFormat?: CandidatesFormat;
}

/** `--format` is that of each file which has no format of its own. */
function formatsOf({ format, qrelsFormat, runFormat }: Formats): Pick<Formats, 'qrelsFormat' | 'runFormat'> {
  refuseIgnored([
    {
      option: 'format',
      given: format !== undefined && qrelsFormat !== undefined && runFormat !== undefined,
      when: 'with --qrels-format and --run-format',
    },
  ]);
  return {
    qrelsFormat: qrelsFormat ?? format,
    runFormat: runFormat ?? (format === 'beir' ? 'tsv' : format),
  };
}
