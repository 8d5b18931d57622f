import { createTokenizer } from '../tokenizer';
import type { RuleNode } from './pre-tokenizer';

/** The pieces that a rule splits a text into: each is a token of its own. */
function pieces(rule: RuleNode, text: string, expected: readonly string[]): string[] {
  const tokens = [...new Set(['?', ...expected])];
  const vocab = Object.fromEntries(tokens.map((piece, id) => [piece, id]));
  const model = { type: 'WordLevel', vocab, unk_token: '?' };
  return createTokenizer({ definition: { pre_tokenizer: rule, model }, config: {}, files: [] })
    .encode(text)
    .map((id) => tokens[id]!);
}

const split = (behavior: string, pattern: object = { Regex: String.raw`\d+|[aeo]` }): RuleNode => ({
  type: 'Split',
  pattern,
  behavior,
  invert: false,
});

// Expected: `pre_tokenize_str` of Hugging Face tokenizers 0.22.
describe('pre-tokenizers split as the reference does', () => {
  it.each<[RuleNode, string, string[]]>([
    [{ type: 'WhitespaceSplit' }, '\ufeffbom \u0085nel\u00a0x\u3000y', ['\ufeffbom', 'nel', 'x', 'y']],
    [
      { type: 'Whitespace' },
      '日本語、漢字。 a_b ²½ x\u200dy नमस्ते, ①',
      ['日本語', '、', '漢字', '。', 'a_b', '²½', 'x\u200dy', 'नमस्ते', ',', '①'],
    ],
    [{ type: 'Punctuation' }, 'a.b,,c!! d。', ['a', '.', 'b', ',', ',', 'c', '!', '!', ' d', '。']],
    [{ type: 'Punctuation', behavior: 'Contiguous' }, 'a.b,,c', ['a', '.', 'b', ',,', 'c']],
    [{ type: 'Punctuation', behavior: 'Removed' }, 'a.b,,c', ['a', 'b', 'c']],
    [{ type: 'CharDelimiterSplit', delimiter: '-' }, 'x-y--z', ['x', 'y', 'z']],
    [split('Isolated'), '12 3a45 ²', ['12', ' ', '3', 'a', '45', ' ²']],
    [split('Removed'), '12 3a45 ²', [' ', ' ²']],
    [split('Contiguous'), '12 3a45 ²', ['12', ' ', '3a45', ' ²']],
    [split('MergedWithPrevious'), '12 3a45 ²', ['12', ' 3', 'a', '45', ' ²']],
    [split('MergedWithNext'), '12 3a45 ²', ['12 ', '3', 'a', '45 ²']],
    [split('MergedWithPrevious', { String: '.' }), 'x.y', ['x.', 'y']],
    [{ ...split('Removed'), invert: true }, '12 3a45 ²', ['12', '3', 'a', '45']],
    [{ ...split('Isolated'), invert: true }, 'xax', ['x', 'a', 'x']],
  ])('%j', (rule, text, expected) => {
    expect(pieces(rule, text, expected)).toEqual(expected);
  });

  it('or are refused', () => {
    expect(() => pieces({ ...split('MergedWithNext'), invert: true }, 'x', [])).toThrow(
      /splits by \{"behavior":"MergedWithNext","invert":true\}, which is not read/,
    );
  });
});
