import type { Options } from 'yargs';
import { oneOf, wholeNumber } from './option-values';
import { modelOption } from './options';
import { scoringLimitOptions } from './token-limits';

/** What `score` and `rerank` are told about scoring. */
export const scoringOptions = {
  model: modelOption,
  scorer: {
    describe: 'How a pair is scored: mean log-probability of the query after the document',
    default: 'query-likelihood',
    requiresArg: true,
    coerce: oneOf('scorer', ['query-likelihood']),
  },
  ...scoringLimitOptions,
  'batch-tokens': {
    describe: 'Most tokens of one forward pass, padding included',
    default: 2048,
    requiresArg: true,
    coerce: wholeNumber('batch-tokens'),
  },
} as const satisfies Record<string, Options>;
