import type { WeakPair } from '@tsarank/data';

export interface DistinctPairs {
  readonly unique: WeakPair[];
  /** Of each given pair: where it is in `unique`. */
  readonly place: number[];
  /** Of each different pair: how often it was given. */
  readonly copies: number[];
}

/** Each different pair once, where each given pair is found among them, and how often each was given. */
export function distinctPairs(pairs: readonly WeakPair[]): DistinctPairs {
  const known = new Map<string, Map<string, number>>();
  const unique: WeakPair[] = [];
  const copies: number[] = [];
  const place = pairs.map((pair) => {
    let documents = known.get(pair.query);
    if (documents === undefined) known.set(pair.query, (documents = new Map()));
    let index = documents.get(pair.document);
    if (index === undefined) {
      index = unique.push(pair) - 1;
      documents.set(pair.document, index);
      copies.push(0);
    }
    copies[index]! += 1;
    return index;
  });
  return { unique, place, copies };
}
