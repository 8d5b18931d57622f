import { InputError, openRecords, type OpenedFile } from '@tsarank/io';
import { QUERIES_FORMATS, type QueriesFormat } from './format-names';
import { requireId, requireObject, requireText, wrongTrecId, type IdOptions, type JsonObject } from './line-fields';
import { formatOfRecord, readAs, requireFormat, type RecordFormat } from './read-as';
import { isHeader, isTrecId, trimmed, withFirst, type TableLine } from './table-lines';
import { trecTopics, xmlTopics, type PlacedQuery } from './topics';

export interface ReadQueriesOptions extends IdOptions {
  /** Only these queries are kept. Default: all. */
  wanted?: ReadonlySet<string>;
  /** What the file is read as, where that is not to be found out. */
  format?: QueriesFormat;
}

interface QueryRecords extends RecordFormat {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

const records = (title: string, ids: readonly string[], texts: readonly string[]): QueryRecords => ({
  title,
  ids,
  texts,
  fits: (object) => ids.some((name) => name in object) && texts.some((name) => name in object),
});

const RECORDS: Readonly<Record<'beir' | 'tevatron', QueryRecords>> = {
  beir: records('BEIR queries', ['_id'], ['text']),
  tevatron: records('Tevatron queries', ['query_id', 'qid'], ['query', 'query_text']),
};
const COLUMNS = Object.values(RECORDS).flatMap(({ ids, texts }) => [...ids, ...texts]);
const TABLES: Readonly<
  Record<'tsv' | 'trec' | 'trec-xml', { title: string; read: typeof tsvQueries; start?: RegExp }>
> = {
  trec: { title: 'TREC topics', read: trecTopics, start: /^\s*<top>/i },
  'trec-xml': { title: 'TREC topics in XML', read: xmlTopics, start: /^\s*<(\?xml|topics|queries|!)/i },
  tsv: { title: 'a table of query id, tab, text', read: tsvQueries },
};

/**
 * Queries by id, in file order: BEIR's `{"_id", "text"}` or Tevatron's `{"query_id", "query"}` as JSON lines, one JSON list or
 * Parquet; a table of id, tab, text, as MS MARCO and the Deep Learning tracks have it; TREC topics with `<num>` and `<title>`,
 * or in XML. The first line says which it is. Plain, `.gz` or `.zst`.
 *
 * @param options.forTrec The ids are to be written to a TREC file, which holds none with white space.
 * @throws {InputError} naming file, line, field and what the file was read as; two queries with the same id; wanted queries
 *   that the file lacks.
 */
export function readQueries(
  file: string,
  { wanted, format: asked, forTrec }: ReadQueriesOptions = {},
): Map<string, string> {
  const format = asked === undefined ? undefined : requireFormat(asked, QUERIES_FORMATS);
  const queries = new Map<string, string>();
  let isEmpty = true;
  for (const { queryId, text, line } of queriesOf(openRecords(file), format)) {
    isEmpty = false;
    if (wanted && !wanted.has(queryId)) continue;
    if (forTrec && !isTrecId(queryId)) throw wrongTrecId({ file, line }, 'query id', queryId);
    if (queries.has(queryId)) {
      const found = `"${queryId}" a second time`;
      throw new InputError({ file, line, field: 'query id', found, expected: 'an id of its own' });
    }
    queries.set(queryId, text);
  }
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected: 'one query a line' });
  const absent = wanted && [...wanted].find((queryId) => !queries.has(queryId));
  if (absent !== undefined) {
    throw new InputError({ file, found: `no query "${absent}"`, expected: 'every query that is asked for' });
  }
  return queries;
}

function queriesOf(source: OpenedFile, format: QueriesFormat | undefined): Generator<PlacedQuery, void> {
  if (format === 'beir' || format === 'tevatron') return recordQueries(source, format);
  if (format === undefined && source.shape !== 'table') return recordQueries(source, undefined);
  return tableQueries(source, format);
}

function* recordQueries(source: OpenedFile, asked: 'beir' | 'tevatron' | undefined): Generator<PlacedQuery, void> {
  const { file } = source;
  let format = asked;
  for (const { value, line } of source.values(COLUMNS)) {
    const place = { file, line };
    const object = requireObject(value, place);
    format ??= formatOfRecord(object, RECORDS, place, '--queries-format') ?? nearFormat(object);
    const { title, ids, texts } = RECORDS[format];
    const named = (names: readonly string[]): string => names.find((name) => name in object) ?? names[0]!;
    yield readAs(title, () => ({
      ...place,
      queryId: requireId(object, named(ids), place),
      text: requireText(object, named(texts), place),
    }));
  }
}

/** For an error message: the format whose id an object has. */
function nearFormat(object: JsonObject): 'beir' | 'tevatron' {
  return RECORDS.tevatron.ids.some((name) => name in object) ? 'tevatron' : 'beir';
}

function* tableQueries(
  source: OpenedFile,
  asked: 'tsv' | 'trec' | 'trec-xml' | undefined,
): Generator<PlacedQuery, void> {
  const { first, all } = withFirst(filled(source.lines()));
  const start = first?.text ?? '';
  const { title, read } = TABLES[asked ?? (start.includes('\t') ? 'tsv' : topicsFormat(start))];
  const queries = read(source.file, all);
  for (;;) {
    const { value, done } = readAs(title, () => queries.next());
    if (done) return;
    yield value;
  }
}

function topicsFormat(start: string): keyof typeof TABLES {
  return (['trec', 'trec-xml'] as const).find((name) => TABLES[name].start!.test(start)) ?? 'tsv';
}

function* filled(lines: Iterable<TableLine>): Generator<TableLine, void> {
  let hasBegun = false;
  for (const each of lines) {
    // Lines are counted by those that read them all.
    hasBegun ||= trimmed(each.text) !== '';
    if (hasBegun) yield each;
  }
}

function* tsvQueries(file: string, lines: Iterable<TableLine>): Generator<PlacedQuery, void> {
  let isFirst = true;
  for (const { text: content, line } of lines) {
    if (trimmed(content) === '') continue;
    const isTitles = isFirst && isHeader(content.split('\t'));
    isFirst = false;
    if (isTitles) continue;
    const tab = content.indexOf('\t');
    const [queryId, text] = [content.slice(0, tab), trimmed(content.slice(tab + 1))];
    if (tab < 0 || queryId === '' || text === '') {
      const found = JSON.stringify(content.slice(0, 40));
      throw new InputError({ file, line, found, expected: 'query id, tab, text' });
    }
    yield { file, line, queryId, text };
  }
}
