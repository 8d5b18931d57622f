import { InputError } from '@tsarank/io';
import { bytePairModel } from './byte-pair-model';
import { addedTokens, plainToken } from '../settings/added-tokens';
import { BYTE_CHARACTERS } from './byte-characters';
import { definitionOf } from './converted-tokenizer';
import type { ConvertedTokenizer, ConvertOptions } from './converted-tokenizer';
import { splitsOf } from './merges-of-pieces';
import type { Merge } from './merges-of-pieces';
import { BYTE_DECODER, BYTES_ONLY, modernSplit, sequence, splitRule } from '../rules/pre-tokenizer';

/** Longer tokens are refused: their splits grow with the square of the length. */
const MAX_TOKEN = 1000;
/** Tokens that Qwen's code puts behind the ranks. */
const QWEN_SPECIAL = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  ...Array.from({ length: 205 }, (_, at) => `<|extra_${at}|>`),
];

/**
 * Qwen v1's `qwen.tiktoken` as a `tokenizer.json`.
 *
 * Source: Qwen `tokenization_qwen.py`; transformers 4.57 `TikTokenConverter` (how merges are made of ranks).
 *
 * @param text Lines of a token in base64 and its rank.
 * @throws {InputError} naming file and line.
 */
export function convertTiktoken(
  text: string,
  { config, legacyTokens }: ConvertOptions,
  file?: string,
): ConvertedTokenizer {
  const ranks = ranksOf(text, file);
  const special = QWEN_SPECIAL.map((content, at) => plainToken(content, ranks.size + at));
  const vocabulary = new Map([...ranks, ...special.map(({ content, id }): [string, number] => [content, id])]);
  return {
    definition: definitionOf({
      added_tokens: addedTokens({ config, legacy: legacyTokens, marked: special, vocabulary }),
      normalizer: { type: 'NFC' },
      pre_tokenizer: sequence(splitRule(modernSplit('\\p{N}')), BYTES_ONLY),
      decoder: BYTE_DECODER,
      model: bytePairModel({ vocab: Object.fromEntries(ranks), merges: mergesOfRanks(ranks), ignoreMerges: true }),
    }),
    config,
  };
}

/** Tokens, in byte characters, to their ranks: all of 0 to n - 1, and every single byte among them. */
function ranksOf(text: string, file: string | undefined): Map<string, number> {
  const ranks = new Map<string, number>();
  const seen = new Set<number>();
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((content, at) => {
    const [, base64, digits] = /^([A-Za-z0-9+/]+={0,2}) (\d{1,9})\r?$/.exec(content) ?? [];
    const bytes = Buffer.from(base64 ?? '', 'base64');
    const rank = Number(digits);
    if (!base64 || bytes.length === 0 || bytes.length > MAX_TOKEN) {
      throw new InputError({
        file,
        message: `line ${at + 1}: expected a token of 1 to ${MAX_TOKEN} bytes in base64 and its rank`,
      });
    }
    const token = [...bytes].map((byte) => BYTE_CHARACTERS[byte]).join('');
    if (rank >= lines.length || seen.has(rank) || ranks.has(token)) {
      throw new InputError({
        file,
        message: `line ${at + 1}: expected a token and a rank not seen before, below ${lines.length}`,
      });
    }
    seen.add(rank);
    ranks.set(token, rank);
  });
  const missing = BYTE_CHARACTERS.findIndex((character) => !ranks.has(character));
  if (missing >= 0) throw new InputError({ file, message: `has no rank for the byte ${missing}` });
  return ranks;
}

function mergesOfRanks(ranks: ReadonlyMap<string, number>): Merge[] {
  return [...ranks]
    .sort((a, b) => a[1] - b[1])
    .flatMap(([token]) =>
      splitsOf([...token])
        .filter(([left, right]) => ranks.has(left) && ranks.has(right))
        .sort((a, b) => ranks.get(a[0])! - ranks.get(b[0])! || ranks.get(a[1])! - ranks.get(b[1])!),
    );
}
