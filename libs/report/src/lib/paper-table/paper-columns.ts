import path from 'node:path';
import { InputError } from '@tsarank/io';
import { publishedTable, type PublishedTable } from '../published/published-results';
import { publishedSetOf, PUBLISHED_SETS } from '../published/published-sets';

/** A test set as an experiment has it. */
export interface NamedTestSet {
  name: string;
  /** A collection's name or folder. */
  collection: string;
  /** Absent: as the name says. */
  split?: string;
  /** `bm25`, or the file of somebody's ranking. */
  candidates: string;
  /** The tag that the lines of that file carry. */
  tag?: string;
  /** Candidates a query. */
  depth?: number;
}

/** Which columns of a published table an experiment's test sets belong to. */
export interface PaperColumns<S extends NamedTestSet> {
  /** Column key -> the set, and its candidates in the words of the published tables. */
  places: ReadonlyMap<string, { set: S; candidates: string }>;
  /** One for each set that the table has no column for. */
  notes: string[];
}

/**
 * Finds the column of each test set: by its collection, or where that says nothing by its name, and in a table of several
 * first stages by its candidates. A ranking that is neither BM25's nor BGE's stands under BM25, as other candidates.
 *
 * @throws {InputError} for two sets that belong to one column, and for one whose name and collection are two of the
 *   paper's sets.
 */
export function paperColumns<S extends NamedTestSet>(key: PublishedTable['key'], sets: readonly S[]): PaperColumns<S> {
  const { columns, title } = publishedTable(key);
  const places = new Map<string, { set: S; candidates: string }>();
  const notes: string[] = [];
  for (const set of sets) {
    const known = publishedSet(set);
    const firstStage = firstStageOf(set);
    const fitting = columns.filter((column) => column.set !== undefined && column.set === known);
    const column = fitting.find((each) => each.firstStage === firstStage) ?? fitting[0];
    if (!column) {
      notes.push(`Left out: the set ${set.name} (${set.collection}), for which “${title}” has no column.`);
      continue;
    }
    const taken = places.get(column.key);
    if (taken) {
      throw new InputError({
        field: 'evaluation.sets',
        found: `the sets "${taken.set.name}" and "${set.name}", which both belong to the column ${column.label}`,
        expected: 'one set for a column of the paper (--set evaluation.sets with the one that is meant)',
      });
    }
    places.set(column.key, { set, candidates: candidatesText(firstStage, set.depth) });
  }
  return { places, notes };
}

/** Candidates in the words of the published tables: `BM25 top 100`. */
export function candidatesText(firstStage: string, depth?: number): string {
  return depth === undefined ? `${firstStage}, all` : `${firstStage} top ${depth}`;
}

function publishedSet({ name, collection, split }: NamedTestSet): ReturnType<typeof publishedSetOf> {
  const [byCollection, byName] = [publishedSetOf(collection, split), publishedSetOf(name, split)];
  if (byCollection !== undefined && byName !== undefined && byCollection !== byName) {
    throw new InputError({
      field: 'evaluation.sets',
      found: `the set "${name}" over the collection ${collection}`,
      expected: `a name of ${PUBLISHED_SETS[byCollection].label}, or a collection of ${PUBLISHED_SETS[byName].label}`,
    });
  }
  return byCollection ?? byName;
}

/** `BM25`, `BGE`, or the name of the file of another ranking. */
function firstStageOf({ candidates, tag }: NamedTestSet): string {
  if (candidates === 'bm25') return 'BM25';
  const file = path.basename(candidates);
  // A tag says what made the ranking; a file may be called anything.
  for (const said of [tag, file]) {
    const found = /(?:^|[^a-z0-9])(bm25|bge)(?:[^a-z0-9]|$)/i.exec(said ?? '')?.[1];
    if (found) return found.toUpperCase();
  }
  return file;
}
