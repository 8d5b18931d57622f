/** A node of `tokenizer.json`, as far as it is looked at here. */
export type RuleNode = { type: string; [key: string]: unknown };

/**
 * GPT-2's split rule, in the reference's (Oniguruma) spelling.
 *
 * Source: openai/gpt-2 `encoder.py`; Hugging Face tokenizers `pre_tokenizers/byte_level.rs`.
 */
export const GPT2_SPLIT = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** GPT-2's pre-tokenizer: split, then bytes as characters. */
export const BYTE_LEVEL: RuleNode = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
/** Bytes as characters only, behind another split rule. */
export const BYTES_ONLY: RuleNode = { ...BYTE_LEVEL, use_regex: false };
/** The decoder of every byte-level tokenizer. */
export const BYTE_DECODER: RuleNode = { ...BYTE_LEVEL, add_prefix_space: true };

/** Contractions in either case, words with one leading sign, digits, runs of signs with their line ends, spaces (Qwen, LLaMA 3). */
export const modernSplit = (digits: string) =>
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" +
  `${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** What `\w` is in the Rust reference. */
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}';

/** ASCII's signs, symbols among them, and every other script's punctuation. */
const PUNCTUATION = '[\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e\\p{P}]';

/**
 * The same pre-tokenizer in parts that mean the same in JavaScript as in the Rust reference.
 *
 * Some built-in rules of `@huggingface/tokenizers` lean on JavaScript's own character classes: `Digits` on `\d` (ASCII
 * only, the reference takes every numeric character: `²`, `٣`), `ByteLevel` and `WhitespaceSplit` on `\s` (which counts U+FEFF
 * as a space and U+0085 as none), `Whitespace` on `\w` (ASCII only) too. Its `Split` rule translates patterns faithfully, so all are
 * written as `Split`. Its `Metaspace` never splits, where the reference does so before every mark unless told otherwise. Of the
 * behaviours of `Split` and `Punctuation` it knows few (exactSplit).
 *
 * @throws {RangeError} for a rule that can't be followed.
 */
export function exactPreTokenizer(rule: RuleNode | null | undefined): RuleNode | null {
  if (!rule) return null;
  if (rule.type === 'Sequence') {
    const parts = rule['pretokenizers'] as RuleNode[];
    return { ...rule, pretokenizers: parts.map((part) => exactPreTokenizer(part)) };
  }
  if (rule.type === 'Digits') {
    return splitRule(rule['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
  }
  if (rule.type === 'WhitespaceSplit') return { ...splitRule('\\s'), behavior: 'Removed' };
  if (rule.type === 'Whitespace')
    return { ...splitRule(`[${WORD}]+|[^\\s${WORD}]+`), behavior: 'Removed', invert: true };
  if (rule.type === 'Split') return exactSplit(rule);
  if (rule.type === 'Punctuation')
    return exactSplit({ behavior: 'Isolated', ...rule, pattern: { Regex: PUNCTUATION } });
  if (rule.type === 'CharDelimiterSplit')
    return exactSplit({ ...rule, pattern: { String: rule['delimiter'] }, behavior: 'Removed' });
  if (rule.type === 'ByteLevel' && rule['use_regex'] !== false) {
    // With a space for a mark, this one does nothing but put a space in front.
    const prefix = { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always', split: false };
    const parts = [splitRule(GPT2_SPLIT), { ...rule, use_regex: false, add_prefix_space: false }];
    return sequence(...(rule['add_prefix_space'] === true ? [prefix] : []), ...parts);
  }
  if (rule.type === 'Metaspace' && rule['split'] !== false) {
    const mark = `\\x{${((rule['replacement'] as string | undefined) ?? '▁').codePointAt(0)!.toString(16)}}`;
    return sequence(rule, splitRule(`${mark}[^${mark}]*`));
  }
  return rule;
}

/**
 * A `Split` rule as one that isolates or removes: what becomes of a match is said by a longer pattern.
 *
 * Source: Hugging Face tokenizers `normalizer.rs`, `SplitDelimiterBehavior`.
 */
function exactSplit({ pattern, behavior, invert }: RuleNode): RuleNode {
  const { Regex: regex, String: text } = (pattern ?? {}) as { Regex?: unknown; String?: unknown };
  const found = typeof regex === 'string' ? `(?:${regex})` : `(?:${String(text).replace(/[^\p{L}\p{N}\s]/gu, '\\$&')})`;
  // Turned round, what is between the matches counts as one.
  if (invert === true && behavior === 'Removed') return { ...splitRule(found), behavior, invert };
  if (behavior === 'Isolated') return splitRule(found);
  if (invert !== true) {
    if (behavior === 'Removed') return { ...splitRule(found), behavior };
    if (behavior === 'Contiguous') return splitRule(`${found}+`);
    // With the rest as a piece, or each of its characters would be tried as a beginning.
    if (behavior === 'MergedWithPrevious') return splitRule(`[\\s\\S]*?${found}|[\\s\\S]+`);
    if (behavior === 'MergedWithNext') return splitRule(`${found}(?:(?!${found})[\\s\\S])*`);
  }
  throw new RangeError(`its pre-tokenizer splits by ${JSON.stringify({ behavior, invert })}, which is not read`);
}

/** A `Split` rule that keeps the matches as pieces of their own. */
export function splitRule(pattern: string): RuleNode {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

/** Pre-tokenizers one after another. */
export function sequence(...pretokenizers: RuleNode[]): RuleNode {
  return { type: 'Sequence', pretokenizers };
}
