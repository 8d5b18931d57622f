import { InputError, openRecords, type OpenedFile } from '@tsarank/io';
import type { Document } from '../document';
import { CORPUS_FORMATS, type CorpusFormat } from './format-names';
import {
  optionalString,
  requireId,
  requireObject,
  requireString,
  wrongTrecId,
  type IdOptions,
  type JsonObject,
  type LinePlace,
} from './line-fields';
import { formatOfRecord, readAs, requireFormat, type RecordFormat } from './read-as';
import { isHeader, isTrecId, tabbedColumns, trimmed } from './table-lines';

export interface ReadCorpusOptions extends IdOptions {
  /** Only these documents are kept, and reading ends with the last of them. Default: all. */
  wanted?: ReadonlySet<string>;
  /** What the file is read as, where that is not to be found out. */
  format?: CorpusFormat;
}

/** A document, and where it stands. */
export interface PlacedDocument extends LinePlace {
  docId: string;
  document: Document;
}

interface CorpusRecords extends RecordFormat {
  readonly id: string;
  /** The first of them that an object has is the text. */
  readonly texts: readonly string[];
}

const has = (object: JsonObject, names: readonly string[]): boolean => names.some((name) => name in object);
const records = (title: string, id: string, texts: readonly string[]): CorpusRecords => ({
  title,
  id,
  texts,
  fits: (object) => id in object && has(object, texts),
});

const RECORDS: Readonly<Record<Exclude<CorpusFormat, 'tsv'>, CorpusRecords>> = {
  beir: records('a BEIR corpus', '_id', ['text']),
  pyserini: records('a Pyserini corpus', 'id', ['contents', 'text']),
  tevatron: records('a Tevatron corpus', 'docid', ['text', 'document_text']),
};
const TSV_TITLE = "MS MARCO's collection.tsv";
const COLUMNS = [...new Set(Object.values(RECORDS).flatMap(({ id, texts }) => [id, 'title', ...texts]))];
const EXPECTED = 'one document a line';

/**
 * The documents of a corpus of any size, one by one: BEIR's `{"_id", "title", "text"}`, Pyserini's `{"id", "contents"}` or
 * Tevatron's `{"docid", "title", "text"}` as JSON lines, one JSON list or Parquet, or MS MARCO's `id<TAB>text`. A title may be
 * missing; other members are passed over. The first line says which it is.
 *
 * @throws {InputError} naming file, line, field and what the file was read as.
 */
export function* corpusDocuments(
  file: string,
  { format: asked, forTrec }: Pick<ReadCorpusOptions, 'format' | 'forTrec'> = {},
): Generator<PlacedDocument, void> {
  const format = asked === undefined ? undefined : requireFormat(asked, CORPUS_FORMATS);
  const source = openRecords(file);
  let isEmpty = true;
  const documents =
    format === 'tsv' || (format === undefined && source.shape === 'table')
      ? tsvDocuments(source, { forTrec })
      : recordDocuments(source, format, { forTrec });
  for (const document of documents) {
    isEmpty = false;
    yield document;
  }
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected: EXPECTED });
}

function* recordDocuments(
  source: OpenedFile,
  asked: Exclude<CorpusFormat, 'tsv'> | undefined,
  { forTrec }: IdOptions,
): Generator<PlacedDocument, void> {
  const { file } = source;
  let format = asked;
  for (const { value, line } of source.values(COLUMNS)) {
    const place = { file, line };
    const object = requireObject(value, place);
    format ??= formatOfRecord(object, RECORDS, place, '--corpus-format') ?? nearFormat(object);
    const { title, id, texts } = RECORDS[format];
    // Once a corpus is of a format, an error is of that format.
    yield readAs(title, () => {
      const docId = requireId(object, id, place, { forTrec });
      const text = requireString(object, texts.find((name) => name in object) ?? texts[0]!, place);
      return { ...place, docId, document: { title: optionalString(object, 'title', place), text } };
    });
  }
}

/** For an error message: the format whose id an object has. */
function nearFormat(object: JsonObject): Exclude<CorpusFormat, 'tsv'> {
  const names = Object.keys(RECORDS) as (keyof typeof RECORDS)[];
  return names.find((name) => RECORDS[name].id in object) ?? 'beir';
}

function* tsvDocuments(source: OpenedFile, { forTrec }: IdOptions): Generator<PlacedDocument, void> {
  const { file } = source;
  let isFirst = true;
  for (const { text: content, line } of source.lines()) {
    if (trimmed(content) === '') continue;
    const columns = tabbedColumns(content);
    const [docId, text] = columns;
    const isTitles = isFirst && isHeader(columns);
    isFirst = false;
    if (isTitles) continue;
    yield readAs(TSV_TITLE, () => {
      if (columns.length !== 2) {
        const found = `${columns.length} column${columns.length === 1 ? '' : 's'} between tabs`;
        throw new InputError({ file, line, found, expected: 'two: document id, text' });
      }
      if (docId === '') throw new InputError({ file, line, field: 'document id', found: 'nothing', expected: 'an id' });
      if (forTrec && !isTrecId(docId!)) throw wrongTrecId({ file, line }, 'document id', docId!);
      return { file, line, docId: docId!, document: { title: '', text: text! } };
    });
  }
}

/**
 * Documents of a corpus file by id, in file order. With `wanted`, memory holds those alone, and reading ends when the last of
 * them is found.
 *
 * @param options.forTrec The ids are to be written to a TREC file, which holds none with white space.
 * @throws {InputError} as corpusDocuments; two documents with the same id; wanted ids that the corpus lacks, by name.
 */
export function readCorpusDocuments(
  file: string,
  { wanted, format, forTrec }: ReadCorpusOptions = {},
): Map<string, Document> {
  const documents = new Map<string, Document>();
  if (wanted?.size === 0) return documents;
  for (const { docId, document, line } of corpusDocuments(file, { format, forTrec })) {
    if (wanted && !wanted.has(docId)) continue;
    if (documents.has(docId)) {
      const found = `"${docId}" a second time`;
      throw new InputError({ file, line, field: '_id', found, expected: 'an id of its own' });
    }
    documents.set(docId, document);
    if (documents.size === wanted?.size) break;
  }
  if (wanted && documents.size < wanted.size)
    throw lacking(
      file,
      [...wanted].filter((docId) => !documents.has(docId)),
    );
  return documents;
}

/** A whole corpus. */
export function readCorpus(file: string, options: Omit<ReadCorpusOptions, 'wanted'> = {}): Map<string, Document> {
  return readCorpusDocuments(file, options);
}

const NAMED = 5;

function lacking(file: string, ids: readonly string[]): InputError {
  const named = ids.slice(0, NAMED).map((docId) => JSON.stringify(docId));
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  const found = `no document ${named.join(', ')}${more}`;
  return new InputError({ file, found, expected: 'every document that is asked for' });
}
