export type Merge = [left: string, right: string];

/**
 * The merges that a vocabulary stands for: every split of a piece into two pieces, the piece of the best score first; among
 * equal ones the longer left part first. Lengths are in code points.
 *
 * Source: transformers 4.57 `convert_slow_tokenizer.py`, `generate_merges` with scores.
 */
export function mergesOfPieces(pieces: readonly { text: string; score: number }[]): Merge[] {
  const vocabulary = new Map(pieces.map(({ text }, id) => [text, id]));
  const scores = new Map(pieces.map(({ text, score }) => [text, score]));
  const merges: { merge: Merge; score: number; left: number; right: number }[] = [];
  for (const [text, score] of scores) {
    const splits = splitsOf([...text])
      .filter(([left, right]) => vocabulary.has(left) && vocabulary.has(right))
      .sort((a, b) => vocabulary.get(a[0])! - vocabulary.get(b[0])! || vocabulary.get(a[1])! - vocabulary.get(b[1])!);
    for (const merge of splits) merges.push({ merge, score, left: [...merge[0]].length, right: [...merge[1]].length });
  }
  // Array sort keeps the order of equals, and so does Python's with reverse.
  merges.sort((a, b) => b.score - a.score || b.left - a.left || b.right - a.right);
  return merges.map(({ merge }) => merge);
}

/** Every split into two parts that are not empty. */
export function splitsOf(characters: readonly string[]): Merge[] {
  return characters.slice(1).map((_, at) => [characters.slice(0, at + 1).join(''), characters.slice(at + 1).join('')]);
}
