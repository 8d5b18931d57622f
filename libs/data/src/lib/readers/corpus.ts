import { InputError, jsonLines } from '@tsarank/io';
import type { Document } from '../document';
import { optionalString, requireId, requireObject, requireString, type IdOptions } from './line-fields';

/**
 * A BEIR corpus: `{"_id", "title", "text"}` a line; the title may be missing, other members are passed over.
 *
 * @param options.forTrec The ids are to be written to a TREC file, which holds none with white space.
 * @returns Documents by id, in file order.
 * @throws {InputError} naming file, line and field; two documents with the same id are an error.
 */
export function readCorpus(file: string, { forTrec }: IdOptions = {}): Map<string, Document> {
  const documents = new Map<string, Document>();
  for (const { value, line } of jsonLines(file)) {
    const place = { file, line };
    const object = requireObject(value, place);
    const docId = requireId(object, '_id', place, { forTrec });
    if (documents.has(docId)) {
      throw new InputError({ ...place, field: '_id', found: `"${docId}" a second time`, expected: 'an id of its own' });
    }
    documents.set(docId, { title: optionalString(object, 'title', place), text: requireString(object, 'text', place) });
  }
  if (documents.size === 0) throw new InputError({ file, found: 'an empty file', expected: 'one JSON object a line' });
  return documents;
}
