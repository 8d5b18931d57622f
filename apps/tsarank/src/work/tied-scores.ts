import type { WeakPair } from '@tsarank/data';

/** How many pairs have exactly the score of an earlier pair of the same query. */
export function countTies(pairs: readonly WeakPair[], scores: ArrayLike<number>): number {
  const seen = new Map<string, Set<number>>();
  let ties = 0;
  pairs.forEach(({ query }, index) => {
    let known = seen.get(query);
    if (known === undefined) seen.set(query, (known = new Set()));
    if (known.has(scores[index]!)) ties += 1;
    known.add(scores[index]!);
  });
  return ties;
}
