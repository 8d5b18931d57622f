/** White space runs become one space, the ends are trimmed. */
export function collapseSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The words of a text: runs of letters and digits, in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** A text's words with single spaces; two texts that differ in case, space or punctuation alone give the same. */
export function wordKey(text: string): string {
  return wordsOf(text).join(' ');
}

/**
 * The start of a text up to a length, cut between words.
 *
 * @param limit Most characters, at least 1.
 * @example
 * cutAtWord('one two three', 9); // 'one two'
 */
export function cutAtWord(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const space = text.lastIndexOf(' ', limit);
  return text.slice(0, space > 0 ? space : limit).trimEnd();
}
