/**
 * The published prompt. The query follows it at once, without a space.
 *
 * Source: RankingGPT `sft.py` and `eval.py`.
 */
export const PROMPT = 'Document: {document} Query:';

/**
 * The prompt with the document in its place; the document is put in as it is, `$&` and braces included.
 *
 * @example
 * formatPrompt('a cat'); // 'Document: a cat Query:'
 */
export function formatPrompt(document: string): string {
  const [before, after] = PROMPT.split('{document}');
  return `${before}${document}${after}`;
}
