import { InputError, jsonLines, readLines } from '@tsarank/io';
import { requireId, requireObject, requireText, wrongTrecId, type IdOptions } from './line-fields';
import { isTrecId, trimmed } from './table-lines';

/**
 * Queries by id, in file order: BEIR's `{"_id", "text"}` a line, or, in a file whose name ends in `.tsv`,
 * TREC topics: id, tab, text.
 *
 * @param options.forTrec The ids are to be written to a TREC file, which holds none with white space.
 * @throws {InputError} naming file, line and field; two queries with the same id are an error.
 */
export function readQueries(file: string, { forTrec }: IdOptions = {}): Map<string, string> {
  const queries = new Map<string, string>();
  const add = (queryId: string, text: string, line: number, field: string): void => {
    if (queries.has(queryId)) {
      throw new InputError({ file, line, field, found: `"${queryId}" a second time`, expected: 'an id of its own' });
    }
    queries.set(queryId, text);
  };
  if (file.endsWith('.tsv')) {
    readTopics(file, add, { forTrec });
  } else {
    for (const { value, line } of jsonLines(file)) {
      const place = { file, line };
      const object = requireObject(value, place);
      add(requireId(object, '_id', place, { forTrec }), requireText(object, 'text', place), line, '_id');
    }
  }
  if (queries.size === 0) throw new InputError({ file, found: 'an empty file', expected: 'one query a line' });
  return queries;
}

function readTopics(
  file: string,
  add: (queryId: string, text: string, line: number, field: string) => void,
  { forTrec }: IdOptions,
): void {
  for (const { text: content, line } of readLines(file)) {
    if (trimmed(content) === '') continue;
    const tab = content.indexOf('\t');
    const [queryId, text] = [content.slice(0, tab), trimmed(content.slice(tab + 1))];
    if (tab < 0 || queryId === '' || text === '') {
      const found = JSON.stringify(content.slice(0, 40));
      throw new InputError({ file, line, found, expected: 'query id, tab, text' });
    }
    if (forTrec && !isTrecId(queryId)) throw wrongTrecId({ file, line }, 'query id', queryId);
    add(queryId, text, line, 'query id');
  }
}
