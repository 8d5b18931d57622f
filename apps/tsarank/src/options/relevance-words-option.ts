import { InputError } from '@tsarank/io';
import type { RelevanceWords } from '@tsarank/ranking';
import type { Options } from 'yargs';

/** The words that a yes-or-no reranker says; without it MonoT5's. */
export const relevanceWordsOption = {
  describe:
    'For relevance-token: the words for relevant and not, each one token of the vocabulary (without it true,false)',
  requiresArg: true,
  coerce: relevanceWords,
} as const satisfies Options;

/** Two words with a comma between them, or (from a `--config` file) a list of two. */
function relevanceWords(given: unknown): RelevanceWords {
  const words: unknown[] = Array.isArray(given) ? given : String(given).split(',');
  const [relevant, irrelevant] = words.map((word) => (typeof word === 'string' ? word.trim() : ''));
  if (words.length === 2 && relevant && irrelevant) return { relevant, irrelevant };
  throw new InputError({
    field: 'relevance-words',
    found: JSON.stringify(given),
    expected: 'two words such as true,false',
  });
}
