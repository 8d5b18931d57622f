import type { Split } from '../readers/beir-folder';
import { cweQueries } from './cwe-queries';
import type { CweQuery } from './cwe-queries';
import { hashShare } from './hash-share';
import { once } from './computed-once';

/** Shares of the clusters that go to test and dev; train has the rest. */
const TEST_SHARE = 0.15;
const DEV_SHARE = 0.1;
/** Two texts are near-duplicates from this overlap of their word sets on (intersection over union). */
const NEAR_DUPLICATE = 0.75;

/**
 * Which split each query is in. Queries that share a CVE id, or whose texts are near-duplicates, form a cluster, and
 * clusters stay together: the hash of a cluster's first CVE id in alphabetical order decides.
 *
 * @returns Split by query id.
 */
export const cweSplits = once((): ReadonlyMap<string, Split> => {
  const queries = cweQueries();
  const parent = queries.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at]! !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const unite = (a: number, b: number): void => void (parent[root(a)] = root(b));

  const firstWith = new Map<string, number>();
  queries.forEach(({ references }, index) => {
    for (const reference of references) {
      const first = firstWith.get(reference);
      if (first === undefined) firstWith.set(reference, index);
      else unite(first, index);
    }
  });
  for (const [a, b] of nearDuplicates(queries)) unite(a, b);

  const smallest = new Map<number, string>();
  queries.forEach(({ references }, index) => {
    const cluster = root(index);
    for (const id of references) {
      const least = smallest.get(cluster);
      if (least === undefined || id < least) smallest.set(cluster, id);
    }
  });
  return new Map(queries.map(({ queryId }, index) => [queryId, splitOf(smallest.get(root(index))!)]));
});

function splitOf(cveId: string): Split {
  const share = hashShare(cveId);
  if (share < TEST_SHARE) return 'test';
  return share < TEST_SHARE + DEV_SHARE ? 'dev' : 'train';
}

/** Pairs of positions whose word sets overlap by NEAR_DUPLICATE or more, found through the words that they share. */
function nearDuplicates(queries: readonly CweQuery[]): [number, number][] {
  const wordSets = queries.map(({ key }) => new Set(key.split(' ')));
  const earlier = new Map<string, number[]>();
  const pairs: [number, number][] = [];
  wordSets.forEach((words, index) => {
    const shared = new Uint16Array(index);
    for (const word of words) {
      const positions = earlier.get(word);
      if (positions === undefined) earlier.set(word, [index]);
      else {
        for (const position of positions) shared[position]! += 1;
        positions.push(index);
      }
    }
    shared.forEach((count, position) => {
      const union = words.size + wordSets[position]!.size - count;
      if (count >= NEAR_DUPLICATE * union) pairs.push([position, index]);
    });
  });
  return pairs;
}
