import { InputError, readJsonLines } from '@tsarank/io';
import { documentText } from '../document';
import {
  kindOf,
  optionalString,
  requireId,
  requireItems,
  requireObject,
  requireString,
  requireText,
} from './line-fields';
import type { JsonObject, LinePlace } from './line-fields';

/** A query with documents that answer it and documents that don't; what stage two trains on. */
export interface RankingGroup {
  queryId?: string;
  query: string;
  /** At least one. */
  positives: string[];
  negatives: string[];
}

/**
 * Groups from a JSON lines file: `{"query", "documents": [positive, negative, …]}`, or the published form
 * `{"query_id", "query", "positive_passages": [{"docid", "text"}], "negative_passages": [{"docid", "text"}]}`. A passage's
 * `title`, where there is one, goes before its text, as in a corpus.
 * Both need at least one negative: a group of one can't be ranked.
 *
 * @throws {InputError} naming file, line and field on the first line that is neither.
 *
 * Source: RankingGPT's msmarco.json for the second form; its passages have no titles.
 */
export function readGroups(file: string): RankingGroup[] {
  return readJsonLines(file).map(({ value, line }) => {
    const place = { file, line };
    const object = requireObject(value, place);
    const query = requireText(object, 'query', place);
    const published = object['documents'] === undefined && 'positive_passages' in object;
    return published ? publishedGroup(object, query, place) : plainGroup(object, query, place);
  });
}

function plainGroup(object: JsonObject, query: string, place: LinePlace): RankingGroup {
  const expected = 'array of strings: the positive, then the negatives';
  const documents = requireItems(object, 'documents', place, expected).map((item, index) => {
    if (typeof item === 'string') return item;
    throw new InputError({ ...place, field: `documents[${index}]`, found: kindOf(item), expected: 'string' });
  });
  if (documents.length < 2) {
    throw new InputError({ ...place, field: 'documents', found: 'one document', expected: 'two or more' });
  }
  const named = object['query_id'] === undefined ? {} : { queryId: requireId(object, 'query_id', place) };
  return { ...named, query, positives: documents.slice(0, 1), negatives: documents.slice(1) };
}

function publishedGroup(object: JsonObject, query: string, place: LinePlace): RankingGroup {
  const texts = (key: string): string[] =>
    requireItems(object, key, place, 'array of {"docid", "text"} objects').map((item, index) => {
      const field = `${key}[${index}]`;
      const passage = requireObject(item, place, field);
      const text = requireString(passage, 'text', place, `${field}.text`);
      return documentText({ title: optionalString(passage, 'title', place, `${field}.title`), text });
    });
  return {
    queryId: requireId(object, 'query_id', place),
    query,
    positives: texts('positive_passages'),
    negatives: texts('negative_passages'),
  };
}
