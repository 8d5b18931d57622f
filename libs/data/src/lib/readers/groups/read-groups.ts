import { InputError, openRecords, requireFile } from '@tsarank/io';
import { hashRows } from '../../content-hash';
import { documentText } from '../../document';
import { readCorpusDocuments } from '../corpus';
import { GROUPS_FORMATS, type CorpusFormat, type GroupsFormat, type QueriesFormat } from '../format-names';
import { readQueries } from '../queries';
import { requireFormat } from '../read-as';
import { filledLines, withFirst } from '../table-lines';
import { GROUP_COLUMNS, groupRecord, type GroupPart } from './group-records';
import { triplePart, triplesFormat } from './group-triples';
import type { RankingGroup } from './ranking-group';

export interface ReadGroupsOptions {
  /** What the file is read as, where that is not to be found out. */
  format?: GroupsFormat;
  /** Corpus file, where the groups name documents by id. Only the documents that they name are kept. */
  corpus?: string;
  corpusFormat?: CorpusFormat;
  /** Queries file, where the groups name queries by id. */
  queries?: string;
  queriesFormat?: QueriesFormat;
}

/** A group, and what its line was read as. */
export interface ReadGroup {
  group: RankingGroup;
  format: GroupsFormat;
}

const EXPECTED = 'one JSON object a line, or triples';

/**
 * Training groups of a file of any size, one by one. JSON lines, one JSON list or Parquet: `{"query", "documents": [positive,
 * negative, …]}`; RankingGPT's and Tevatron's passages; Tevatron's document ids; FlagEmbedding's `pos` and `neg`;
 * sentence-transformers' `positive` and `negative`, `negative_1` …, or lists of texts; OpenMatch's `doc_pos` and `doc_neg`. Or
 * tables: MS MARCO's triples of texts or of ids. Each line says which it is; plain, `.gz` or `.zst`.
 *
 * Triples of one query that follow each other become one group: each text counts once, and what is a positive is no negative.
 * A group of ids is read twice, so that only the documents it names are held.
 *
 * @throws {InputError} naming file, line, field and what the line was read as; a corpus or queries that nothing needs, or that
 *   are missing; a group without negatives, which can't be ranked.
 */
export function* rankingGroups(file: string, options: ReadGroupsOptions = {}): Generator<ReadGroup, void> {
  const { format: asked } = options;
  const format = asked === undefined ? undefined : requireFormat(asked, GROUPS_FORMATS);
  let texts: Texts | undefined;
  let pending: (ReadGroup & { part: GroupPart }) | undefined;
  let isEmpty = true;
  for (const { part, format: readAsFormat } of groupParts(file, format, options.corpus !== undefined)) {
    if (isEmpty) {
      requireUsed(part, options);
      texts = part.isById ? textsOf(file, format, options) : undefined;
    }
    isEmpty = false;
    const group = groupOf(part, texts);
    if (pending && part.isTriple && pending.part.isTriple && isSameQuery(pending.part, part)) {
      pending.group.positives.push(...group.positives);
      pending.group.negatives.push(...group.negatives);
      continue;
    }
    if (pending) yield finished(pending);
    pending = { group, format: readAsFormat, part };
  }
  if (pending) yield finished(pending);
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected: EXPECTED });
}

/** Every group of a file. */
export function readGroups(file: string, options: ReadGroupsOptions = {}): RankingGroup[] {
  return Array.from(rankingGroups(file, options), ({ group }) => group);
}

/** SHA-256 of a file's groups, whatever form and archive they are in; query ids don't count, for they are not trained on. */
export function hashGroups(file: string, options: ReadGroupsOptions = {}): string {
  const rows = function* (): Iterable<readonly string[]> {
    for (const { group } of rankingGroups(file, options)) {
      yield [group.query, String(group.positives.length), ...group.positives, ...group.negatives];
    }
  };
  return hashRows(rows());
}

function* groupParts(
  file: string,
  format: GroupsFormat | undefined,
  hasCorpus: boolean,
): Generator<{ part: GroupPart; format: GroupsFormat }, void> {
  const source = openRecords(file);
  if (format === 'triples-ids' || format === 'triples-text' || (format === undefined && source.shape === 'table')) {
    const { first, all } = withFirst(filledTriples(file, source.lines()));
    const triples = format ?? triplesFormat(first!, file, hasCorpus);
    for (const line of all) yield { part: triplePart(line, file, triples), format: triples };
    return;
  }
  for (const { value, line } of source.values(GROUP_COLUMNS)) yield groupRecord(value, { file, line }, format);
}

/** A query may begin with `#`. */
function* filledTriples(file: string, lines: Parameters<typeof filledLines>[1]): ReturnType<typeof filledLines> {
  let isEmpty = true;
  for (const each of lines) {
    if (each.text.trim() === '') continue;
    isEmpty = false;
    yield each;
  }
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected: EXPECTED });
}

interface Texts {
  query(queryId: string): string;
  document(docId: string): string;
}

/** Texts of the ids that a file names. */
function textsOf(file: string, format: GroupsFormat | undefined, options: ReadGroupsOptions): Texts {
  requireFile(file);
  const [queryIds, docIds] = [new Set<string>(), new Set<string>()];
  for (const { part } of groupParts(file, format, true)) {
    if (!part.isById) continue;
    if (part.query === undefined) queryIds.add(part.queryId!);
    for (const docId of part.positives) docIds.add(docId);
    for (const docId of part.negatives) docIds.add(docId);
  }
  const { corpus, corpusFormat, queries, queriesFormat } = options;
  const documents = readCorpusDocuments(corpus!, { wanted: docIds, format: corpusFormat });
  const asked = queries === undefined ? undefined : readQueries(queries, { wanted: queryIds, format: queriesFormat });
  return {
    query: (queryId) => asked!.get(queryId)!,
    document: (docId) => documentText(documents.get(docId)!),
  };
}

/** @throws {InputError} when corpus or queries are missing, or would be passed over. */
function requireUsed({ isById, query, place }: GroupPart, { corpus, queries }: ReadGroupsOptions): void {
  const { file } = place;
  const needsQueries = isById && query === undefined;
  for (const [field, given, needed, what] of [
    ['corpus', corpus, isById, 'documents'],
    ['queries', queries, needsQueries, 'queries'],
  ] as const) {
    if (needed && given === undefined) {
      throw new InputError({ file, found: `ids of ${what}`, expected: `their texts: --${field} FILE` });
    }
    if (!needed && given !== undefined) {
      throw new InputError({ field, found: given, expected: `none: ${file} holds the texts of its ${what}` });
    }
  }
}

function groupOf(
  { queryId, query, positives, negatives, isById, place }: GroupPart,
  texts: Texts | undefined,
): RankingGroup {
  if (isById && texts === undefined) {
    throw new InputError({ ...place, found: 'ids of documents', expected: 'texts, as in the lines before' });
  }
  const text = (document: string): string => (isById ? texts!.document(document) : document);
  return {
    ...(queryId === undefined ? {} : { queryId }),
    query: query ?? texts!.query(queryId!),
    positives: positives.map(text),
    negatives: negatives.map(text),
  };
}

function isSameQuery(a: GroupPart, b: GroupPart): boolean {
  return a.queryId === b.queryId && a.query === b.query;
}

function finished({ group, format, part }: ReadGroup & { part: GroupPart }): ReadGroup {
  if (!part.isTriple) return { group, format };
  const positives = [...new Set(group.positives)];
  const known = new Set(positives);
  const negatives = [...new Set(group.negatives)].filter((text) => !known.has(text));
  if (negatives.length === 0) {
    throw new InputError({
      ...part.place,
      found: 'positives alone',
      expected: 'a negative that is none of the positives',
    });
  }
  return { group: { ...group, positives, negatives }, format };
}
