import { InputError, readJsonLines } from '@tsarank/io';
import type { Document } from '../document';
import { requireId, requireObject, requireString } from './line-fields';

/**
 * A BEIR corpus: `{"_id", "title", "text"}` a line; the title may be missing, other members are passed over.
 *
 * @returns Documents by id, in file order.
 * @throws {InputError} naming file, line and field; two documents with the same id are an error.
 */
export function readCorpus(file: string): Map<string, Document> {
  const documents = new Map<string, Document>();
  for (const { value, line } of readJsonLines(file)) {
    const place = { file, line };
    const object = requireObject(value, place);
    const docId = requireId(object, '_id', place);
    if (documents.has(docId)) {
      throw new InputError({ ...place, field: '_id', found: `"${docId}" a second time`, expected: 'an id of its own' });
    }
    const title =
      object['title'] === undefined || object['title'] === null ? '' : requireString(object, 'title', place);
    documents.set(docId, { title, text: requireString(object, 'text', place) });
  }
  return documents;
}
