import { InputError } from '@tsarank/io';
import type { Tokenizer } from '@tsarank/tokenizer';

/** The words by which a reranker says whether a document is relevant. */
export interface RelevanceWords {
  readonly relevant: string;
  readonly irrelevant: string;
}

/** MonoT5's. */
export const MONO_T5_WORDS: RelevanceWords = { relevant: 'true', irrelevant: 'false' };

/**
 * The tokens of the two words, as they are within a text (`▁true`).
 *
 * @throws {InputError} naming a word that is not one token of the vocabulary, or that both are the same.
 */
export function relevanceWordIds(
  tokenizer: Tokenizer,
  { relevant, irrelevant }: RelevanceWords,
): { relevant: number; irrelevant: number } {
  const ids = { relevant: idOf(tokenizer, relevant), irrelevant: idOf(tokenizer, irrelevant) };
  if (ids.relevant !== ids.irrelevant) return ids;
  throw new InputError({ field: 'relevance-words', found: `"${relevant}" twice`, expected: 'two words' });
}

function idOf(tokenizer: Tokenizer, word: string): number {
  const ids = tokenizer.encode(word, { addSpecialTokens: false, specialTokensInText: false });
  // What the vocabulary doesn't know is one token, too: the unknown one.
  if (ids.length === 1 && tokenizer.decode(ids) === word) return ids[0]!;
  const found = ids.length === 1 ? 'which the vocabulary does not have' : `which is ${ids.length} tokens`;
  throw new InputError({
    field: 'relevance-words',
    found: `"${word}", ${found}`,
    expected: 'a word that is one token',
  });
}
