/** A node of `tokenizer.json`, as far as it is looked at here. */
export type RuleNode = { type: string; [key: string]: unknown };

/**
 * GPT-2's split rule, in the reference's (Oniguruma) spelling.
 *
 * Source: openai/gpt-2 `encoder.py`; Hugging Face tokenizers `pre_tokenizers/byte_level.rs`.
 */
export const GPT2_SPLIT =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * The same pre-tokenizer in parts that mean the same in JavaScript as in the Rust reference.
 *
 * Two built-in rules of `@huggingface/tokenizers` lean on JavaScript's own character classes: `Digits` on `\d` (ASCII
 * only, the reference takes every numeric character: `²`, `٣`) and `ByteLevel` on `\s` (which counts U+FEFF as a
 * space and U+0085 as none). Its `Split` rule translates patterns faithfully, so both are written as `Split`.
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
  // With a prefix space, the space comes before the split: that rule stays whole.
  if (rule.type === 'ByteLevel' && rule['use_regex'] !== false && rule['add_prefix_space'] !== true) {
    return { type: 'Sequence', pretokenizers: [splitRule(GPT2_SPLIT), { ...rule, use_regex: false }] };
  }
  return rule;
}

/** A `Split` rule that keeps the matches as pieces of their own. */
export function splitRule(pattern: string): RuleNode {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}
