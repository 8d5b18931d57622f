import type { EncodeOptions } from './encode-options';
import type { Tokenizer } from './tokenizer';

/** A text that was cut by tokens. */
export interface TruncatedText {
  text: string;
  /** Whether the unknown token's name stands in it for what the vocabulary lacks. */
  holdsUnknown: boolean;
}

/**
 * A text cut to its first `limit` tokens: decode(encode(text)[:limit]), no special tokens added.
 *
 * Not the identity under re-encoding: a character cut in the middle becomes U+FFFD, which may be more tokens. A space that
 * the tokenizer put in front of the text is taken away again, where the published code keeps it.
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
): TruncatedText {
  if (!Number.isInteger(limit) || limit < 0) throw new RangeError(`limit must be an integer >= 0, got ${limit}`);
  const ids = tokenizer.encode(text, { ...options, addSpecialTokens: false }).slice(0, limit);
  const { unknownTokenId } = tokenizer;
  const decoded = tokenizer.decode(ids);
  // A tokenizer that puts a space in front of texts (`add_prefix_space`) would put a second one there when it reads this again.
  const cut = decoded.startsWith(' ') && !/^\s/.test(text) ? decoded.slice(1) : decoded;
  return { text: cut, holdsUnknown: unknownTokenId !== undefined && ids.includes(unknownTokenId) };
}
