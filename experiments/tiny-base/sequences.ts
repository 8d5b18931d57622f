import type { EncodedPair } from '@tsarank/data';
import { Random } from '@tsarank/random';
import type { Tokenizer } from '@tsarank/tokenizer';

/**
 * Texts joined by the end-of-text token and cut into windows of `length` predictions (`length` + 1 tokens, neighbours
 * share one). Every row is predicted: the prompt is the first token alone.
 */
export function packedSequences(tokenizer: Tokenizer, texts: readonly string[], length: number): EncodedPair[] {
  const end = tokenizer.eosTokenId;
  if (end === undefined) throw new Error('the tokenizer has no end-of-text token');
  const stream = texts.flatMap((text) => [...tokenizer.encode(text, { addSpecialTokens: false }), end]);
  const windows = Math.floor((stream.length - 1) / length);
  return Array.from({ length: windows }, (_, window) => ({
    ids: stream.slice(window * length, window * length + length + 1),
    promptLength: 1,
  }));
}

/** The texts once more in another order, so that later epochs see other windows. */
export function shuffledTexts(texts: readonly string[], epoch: number): string[] {
  return Random.fromSeed('tiny-base', 'epoch', epoch).shuffle(texts);
}
