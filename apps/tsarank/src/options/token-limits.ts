import type { Options } from 'yargs';
import { wholeNumber } from './option-values';

const specialTokensInText = {
  describe: 'Read special tokens such as </s> inside documents and queries as such, as published, not as text',
  type: 'boolean',
  default: false,
} as const satisfies Options;

/** Token limits; a number is the default, without one there is none. */
export function tokenLimitOptions(defaults: { document: number; query: number }) {
  return {
    'max-document-tokens': {
      describe: 'The document is cut to so many tokens',
      default: defaults.document,
      requiresArg: true,
      coerce: wholeNumber('max-document-tokens'),
    },
    'max-query-tokens': {
      describe: 'The query is cut to so many tokens',
      default: defaults.query,
      requiresArg: true,
      coerce: wholeNumber('max-query-tokens'),
    },
    'special-tokens-in-text': specialTokensInText,
  } as const satisfies Record<string, Options>;
}

/** Limits of scoring: without either, the published evaluation rule, or what a classifier takes. */
export const scoringLimitOptions = {
  'max-document-tokens': {
    describe:
      'The document is cut to so many tokens (without both limits: so that all together has 512, as published; for a classifier, ' +
      'what model and tokenizer say, else 512)',
    requiresArg: true,
    coerce: wholeNumber('max-document-tokens'),
  },
  'max-query-tokens': {
    describe: 'The query is cut to so many tokens; without this it never is',
    requiresArg: true,
    coerce: wholeNumber('max-query-tokens'),
  },
  'special-tokens-in-text': specialTokensInText,
} as const satisfies Record<string, Options>;
