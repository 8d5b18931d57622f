import type { Options } from 'yargs';
import { oneOf, wholeNumber } from './options/option-values';
import { modelOption } from './options/shared-options';
import { prefixOption } from './prefix-option';
import { relevanceWordsOption } from './relevance-words-option';
import { scoringLimitOptions } from './options/token-limits';

/** How a pair is scored; `auto` takes what fits the model. */
export const SCORERS = ['auto', 'query-likelihood', 'classification', 'relevance-token'] as const;

/** What `score` and `rerank` are told about scoring. */
export const scoringOptions = {
  model: modelOption,
  scorer: {
    describe:
      'How a pair is scored: query-likelihood (mean log-probability of the query after the document; causal language models), ' +
      'classification (logit, or log-probability of the last of two labels; ...ForSequenceClassification), relevance-token ' +
      '(log-probability of true against false after "Query: ... Document: ... Relevant:"; T5), or auto, which takes the one that fits the model',
    default: 'auto',
    requiresArg: true,
    coerce: oneOf('scorer', SCORERS),
  },
  'relevance-words': relevanceWordsOption,
  'query-prefix': prefixOption('query'),
  'document-prefix': prefixOption('document'),
  ...scoringLimitOptions,
  'batch-tokens': {
    describe: 'Most tokens of one forward pass, padding included',
    default: 2048,
    requiresArg: true,
    coerce: wholeNumber('batch-tokens'),
  },
} as const satisfies Record<string, Options>;
