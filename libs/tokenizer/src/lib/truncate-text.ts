import type { EncodeOptions, Tokenizer } from './tokenizer';

/**
 * A text cut to its first `limit` tokens: decode(encode(text)[:limit]), no special tokens added.
 *
 * Not the identity under re-encoding: a character cut in the middle becomes U+FFFD, which may be more tokens.
 *
 * Source: the published `sft.py` and `eval.py` (decode after slicing).
 *
 * @throws {RangeError} when the limit is not a count.
 */
export function truncateText(
  tokenizer: Tokenizer,
  text: string,
  limit: number,
  options: Pick<EncodeOptions, 'specialTokensInText'> = {},
): string {
  if (!Number.isInteger(limit) || limit < 0) throw new RangeError(`limit must be an integer >= 0, got ${limit}`);
  return tokenizer.decode(tokenizer.encode(text, { ...options, addSpecialTokens: false }).slice(0, limit));
}
