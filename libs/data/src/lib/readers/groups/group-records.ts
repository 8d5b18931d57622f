import { InputError } from '@tsarank/io';
import { documentText } from '../../document';
import { GROUP_RECORDS_FORMATS, type GroupRecordsFormat } from '../format-names';
import {
  kindOf,
  optionalString,
  requireId,
  requireItems,
  requireObject,
  requireString,
  requireText,
  type JsonObject,
  type LinePlace,
} from '../line-fields';
import { formatOfRecord, readAs, requireFormat, type RecordFormat } from '../read-as';

/** What a line gives to a group: texts, or ids whose texts are elsewhere. */
export interface GroupPart {
  place: LinePlace;
  queryId?: string;
  query?: string;
  positives: string[];
  negatives: string[];
  /** Whether positives and negatives are ids of a corpus. */
  isById: boolean;
  /** Whether lines of the same query that follow each other are one group. */
  isTriple: boolean;
}

interface GroupRecords extends RecordFormat {
  read(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'>;
}

const RECORDS: Readonly<Record<GroupRecordsFormat, GroupRecords>> = {
  documents: { title: 'query and documents', fits: (object) => 'documents' in object, read: listedDocuments },
  passages: {
    title: "RankingGPT's and Tevatron's passages",
    fits: (object) => 'positive_passages' in object,
    read: passages,
  },
  'tevatron-ids': {
    title: "Tevatron's document ids",
    fits: (object) => 'positive_document_ids' in object,
    read: documentIds,
  },
  flagembedding: { title: "FlagEmbedding's pos and neg", fits: (object) => 'pos' in object, read: posAndNeg },
  'sentence-transformers': {
    title: "sentence-transformers' positive and negative",
    fits: (object) => 'positive' in object,
    read: positiveAndNegative,
  },
  openmatch: { title: "OpenMatch's doc_pos and doc_neg", fits: (object) => 'doc_pos' in object, read: docPosAndNeg },
};

/** Columns of a Parquet file of groups: negatives may be numbered. */
export const GROUP_COLUMNS = [
  ...['query_id', 'query', 'query_text', 'anchor', 'documents', 'positive_passages', 'negative_passages'],
  ...['positive_document_ids', 'negative_document_ids', 'pos', 'neg', 'positive', 'negative', 'negatives'],
  ...['doc_pos', 'doc_neg'],
  ...Array.from({ length: 100 }, (_, index) => `negative_${index}`),
];

/**
 * A JSON object of a groups file: `{"query", "documents": [positive, negative, …]}`, passages, ids, FlagEmbedding's or
 * sentence-transformers' form; or sentence-transformers' list `[anchor, positive, negative, …]`.
 *
 * @param asked Default: that of the object's fields.
 * @throws {InputError} naming the field and what it was read as.
 */
export function groupRecord(
  value: unknown,
  place: LinePlace,
  asked: GroupRecordsFormat | undefined,
): { part: GroupPart; format: GroupRecordsFormat } {
  if (Array.isArray(value) && (asked ?? 'sentence-transformers') === 'sentence-transformers' && value.length > 1) {
    const part = readAs(RECORDS['sentence-transformers'].title, () => listOfTexts(value, place));
    return { part: { ...part, place }, format: 'sentence-transformers' };
  }
  const object = requireObject(value, place);
  const format = asked ?? formatOfRecord(object, RECORDS, place, '--groups-format') ?? 'documents';
  const { title, read } = RECORDS[requireFormat(format, GROUP_RECORDS_FORMATS)];
  return { part: readAs(title, () => ({ ...read(object, place), place })), format };
}

const WITH_TEXTS = { isById: false, isTriple: false } as const;

function named(object: JsonObject, place: LinePlace): { queryId?: string } {
  return object['query_id'] === undefined ? {} : { queryId: requireId(object, 'query_id', place) };
}

function listedDocuments(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  const query = requireText(object, 'query', place);
  const documents = texts(object, 'documents', place, 'array of strings: the positive, then the negatives');
  if (documents.length < 2) {
    throw new InputError({ ...place, field: 'documents', found: 'one document', expected: 'two or more' });
  }
  return {
    ...named(object, place),
    query,
    positives: documents.slice(0, 1),
    negatives: documents.slice(1),
    ...WITH_TEXTS,
  };
}

/** A passage's title, where there is one, goes before its text, as in a corpus. */
function passages(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  const textsOf = (key: string): string[] =>
    requireItems(object, key, place, 'array of {"docid", "text"} objects').map((item, index) => {
      const field = `${key}[${index}]`;
      const passage = requireObject(item, place, field);
      const text = requireString(passage, 'text', place, `${field}.text`);
      return documentText({ title: optionalString(passage, 'title', place, `${field}.title`), text });
    });
  return {
    query: requireText(object, 'query', place),
    queryId: requireId(object, 'query_id', place),
    positives: textsOf('positive_passages'),
    negatives: textsOf('negative_passages'),
    ...WITH_TEXTS,
  };
}

function documentIds(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  const ids = (key: string): string[] =>
    requireItems(object, key, place, 'array of document ids').map((item, index) => {
      if (typeof item === 'number' && Number.isSafeInteger(item)) return String(item);
      if (typeof item === 'string' && item !== '') return item;
      throw new InputError({ ...place, field: `${key}[${index}]`, found: kindOf(item), expected: 'an id' });
    });
  return {
    ...named(object, place),
    query: requireText(object, 'query_text' in object ? 'query_text' : 'query', place),
    positives: ids('positive_document_ids'),
    negatives: ids('negative_document_ids'),
    isById: true,
    isTriple: false,
  };
}

function posAndNeg(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  return {
    ...named(object, place),
    query: requireText(object, 'query', place),
    positives: texts(object, 'pos', place, 'array of strings'),
    negatives: texts(object, 'neg', place, 'array of strings'),
    ...WITH_TEXTS,
  };
}

function positiveAndNegative(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  const numbered = Object.keys(object)
    .filter((key) => /^negative_\d+$/.test(key))
    .sort((a, b) => Number(a.slice(9)) - Number(b.slice(9)));
  const keys = ['negative', 'negatives'].filter((key) => key in object).concat(numbered);
  if (keys.length === 0) {
    throw new InputError({ ...place, field: 'negative', found: 'nothing', expected: 'string, or array of strings' });
  }
  return {
    ...named(object, place),
    query: requireText(object, 'anchor' in object ? 'anchor' : 'query', place),
    positives: oneOrMore(object, 'positive', place),
    // A shorter row of a table has nulls for the negatives that it lacks.
    negatives: keys
      .filter((key) => object[key] !== null || key === keys[0])
      .flatMap((key) => oneOrMore(object, key, place)),
    isById: false,
    isTriple: true,
  };
}

function listOfTexts(items: readonly unknown[], place: LinePlace): Omit<GroupPart, 'place'> {
  const all = items.map((item, index) => {
    if (typeof item === 'string') return item;
    throw new InputError({ ...place, field: `[${index}]`, found: kindOf(item), expected: 'string' });
  });
  const [query, positive, ...negatives] = all as [string, string, ...string[]];
  if (query.trim() === '') throw new InputError({ ...place, field: '[0]', found: 'an empty string', expected: 'text' });
  if (negatives.length === 0) {
    throw new InputError({
      ...place,
      found: `${all.length} texts`,
      expected: 'three or more: anchor, positive, negatives',
    });
  }
  return { query, positives: [positive], negatives, isById: false, isTriple: true };
}

function docPosAndNeg(object: JsonObject, place: LinePlace): Omit<GroupPart, 'place'> {
  return {
    ...named(object, place),
    query: requireText(object, 'query', place),
    positives: oneOrMore(object, 'doc_pos', place),
    negatives: oneOrMore(object, 'doc_neg', place),
    isById: false,
    isTriple: true,
  };
}

function texts(object: JsonObject, key: string, place: LinePlace, expected: string): string[] {
  return requireItems(object, key, place, expected).map((item, index) => {
    if (typeof item === 'string') return item;
    throw new InputError({ ...place, field: `${key}[${index}]`, found: kindOf(item), expected: 'string' });
  });
}

function oneOrMore(object: JsonObject, key: string, place: LinePlace): string[] {
  return Array.isArray(object[key])
    ? texts(object, key, place, 'array of strings')
    : [requireString(object, key, place)];
}
