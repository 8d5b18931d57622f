import type { Options } from 'yargs';
import { wholeNumber } from './option-values';

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
  } as const satisfies Record<string, Options>;
}

/** Limits of scoring: without either, the published evaluation rule. */
export const scoringLimitOptions = {
  'max-document-tokens': {
    describe: 'The document is cut to so many tokens (without both limits: 512 in all, as published)',
    requiresArg: true,
    coerce: wholeNumber('max-document-tokens'),
  },
  'max-query-tokens': {
    describe: 'The query is cut to so many tokens',
    requiresArg: true,
    coerce: wholeNumber('max-query-tokens'),
  },
} as const satisfies Record<string, Options>;
