import { InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { SPLITS, type Split } from '../readers/beir-folder';
import type { Qrels } from '../readers/qrels';
import { nearTexts } from './near-texts';

export interface SplitQueriesOptions {
  /** Of the judged queries; they add up to 1. */
  shares: Readonly<Record<Split, number>>;
  seed: number;
  /** Texts whose word sets overlap so far (intersection over union) stay together; 1: those of the same words alone. */
  overlap: number;
  /** Whether queries that share a relevant document stay together too. */
  keepDocumentsApart: boolean;
}

export interface SplitQueries {
  /** Judgments of each part with a share above 0. */
  parts: Map<Split, Qrels>;
  /** Ids of queries that were kept together, for groups of several. */
  groups: string[][];
}

/**
 * Divides judged queries among train, dev and test so that none leaks: queries that say the same are in one part. Groups are
 * shuffled by the seed, and cut where the shares end; neither the order of the files nor their form matters.
 *
 * @param queries Texts by id; of every judged query.
 * @throws {InputError} when a part would be empty.
 */
export function splitQueries(
  queries: ReadonlyMap<string, string>,
  qrels: Qrels,
  { shares, seed, overlap, keepDocumentsApart }: SplitQueriesOptions,
): SplitQueries {
  const ids = [...qrels.keys()].sort();
  const texts = ids.map((id) => queries.get(id)!);
  const pairs = nearTexts(texts, overlap);
  if (keepDocumentsApart) pairs.push(...sharedDocuments(ids, qrels));
  const groups = groupsOf(ids.length, pairs).map((group) => group.map((index) => ids[index]!));
  const parts = new Map<Split, Qrels>(
    SPLITS.filter((split) => shares[split] > 0).map((split) => [split, new Map() as Qrels]),
  );
  let before = 0;
  for (const group of Random.fromSeed(seed, 'split').shuffle(groups)) {
    // By its middle, so that a large group goes where most of it belongs.
    const split = partAt((before + group.length / 2) / ids.length, shares);
    for (const id of group) parts.get(split)!.set(id, qrels.get(id)!);
    before += group.length;
  }
  const empty = [...parts].find(([, judged]) => judged.size === 0)?.[0];
  if (empty !== undefined) {
    const found = `${ids.length} judged queries in ${groups.length} groups, of which none falls to ${empty} (${shares[empty]})`;
    throw new InputError({ found, expected: 'more queries, other shares, or another seed' });
  }
  return { parts, groups: groups.filter((group) => group.length > 1) };
}

function partAt(position: number, shares: Readonly<Record<Split, number>>): Split {
  let end = 0;
  for (const split of SPLITS) {
    end += shares[split];
    if (shares[split] > 0 && position < end) return split;
  }
  return SPLITS.filter((split) => shares[split] > 0).at(-1)!;
}

function sharedDocuments(ids: readonly string[], qrels: Qrels): [number, number][] {
  const firstWith = new Map<string, number>();
  const pairs: [number, number][] = [];
  ids.forEach((id, index) => {
    for (const [docId, grade] of qrels.get(id)!) {
      if (grade <= 0) continue;
      const first = firstWith.get(docId);
      if (first === undefined) firstWith.set(docId, index);
      else pairs.push([first, index]);
    }
  });
  return pairs;
}

/** Positions that pairs connect, each group in ascending order, groups by their first. */
function groupsOf(count: number, pairs: readonly (readonly [number, number])[]): number[][] {
  const parent = Array.from({ length: count }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at]! !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const [a, b] of pairs) {
    const [one, other] = [root(a), root(b)];
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  const groups = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) {
    const group = groups.get(root(index));
    if (group === undefined) groups.set(root(index), [index]);
    else group.push(index);
  }
  return [...groups.values()];
}
