import { wordKey } from '../plain-text';

/**
 * Pairs of texts that have the same words in the same order, whatever their case and punctuation, or whose word sets overlap by
 * `overlap` or more (intersection over union). Exact, and far from comparing all pairs: of each set, sorted from rare to common
 * words, only so many of the first are looked up that two sets which overlap enough must share one.
 *
 * @param overlap In (0, 1].
 * @returns Pairs of positions, each with the later one second.
 *
 * Source: prefix filtering, Bayardo et al. 2007, "Scaling up all pairs similarity search".
 */
export function nearTexts(texts: readonly string[], overlap: number): [number, number][] {
  const keys = texts.map((text) => wordKey(text.normalize('NFKC')) || text.trim());
  const sets = keys.map((key) => [...new Set(key.split(' '))]);
  const frequency = new Map<string, number>();
  for (const set of sets) for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const byRarity = (a: string, b: string): number => frequency.get(a)! - frequency.get(b)! || (a < b ? -1 : 1);
  const pairs: [number, number][] = [];
  const firstWith = new Map<string, number>();
  const earlier = new Map<string, number[]>();
  const words = sets.map((set) => new Set(set));
  sets.forEach((set, index) => {
    const first = firstWith.get(keys[index]!);
    if (first !== undefined) return void pairs.push([first, index]);
    firstWith.set(keys[index]!, index);
    const prefix = set.sort(byRarity).slice(0, set.length - Math.ceil(overlap * set.length - 1e-9) + 1);
    for (const other of new Set(prefix.flatMap((word) => earlier.get(word) ?? []))) {
      if (overlapOf(words[other]!, words[index]!) >= overlap - 1e-9) pairs.push([other, index]);
    }
    for (const word of prefix) {
      const positions = earlier.get(word);
      if (positions === undefined) earlier.set(word, [index]);
      else positions.push(index);
    }
  });
  return pairs;
}

function overlapOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared / (a.size + b.size - shared);
}
