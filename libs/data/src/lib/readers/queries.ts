import { InputError, readJsonLines, readText } from '@tsarank/io';
import { requireId, requireObject, requireText } from './line-fields';

/**
 * Queries by id, in file order: BEIR's `{"_id", "text"}` a line, or, in a file whose name ends in `.tsv`,
 * TREC topics: id, tab, text.
 *
 * @throws {InputError} naming file, line and field; two queries with the same id are an error.
 */
export function readQueries(file: string): Map<string, string> {
  const queries = new Map<string, string>();
  const add = (queryId: string, text: string, line: number, field: string): void => {
    if (queries.has(queryId)) {
      throw new InputError({ file, line, field, found: `"${queryId}" a second time`, expected: 'an id of its own' });
    }
    queries.set(queryId, text);
  };
  if (file.endsWith('.tsv')) {
    readTopics(file, add);
  } else {
    for (const { value, line } of readJsonLines(file)) {
      const place = { file, line };
      const object = requireObject(value, place);
      add(requireId(object, '_id', place), requireText(object, 'text', place), line, '_id');
    }
  }
  if (queries.size === 0) throw new InputError({ file, found: 'an empty file', expected: 'one query a line' });
  return queries;
}

function readTopics(file: string, add: (queryId: string, text: string, line: number, field: string) => void): void {
  readText(file)
    .split(/\r?\n/)
    .forEach((content, index) => {
      if (content.trim() === '') return;
      const line = index + 1;
      const tab = content.indexOf('\t');
      const [queryId, text] = [content.slice(0, tab).trim(), content.slice(tab + 1).trim()];
      if (tab < 0 || queryId === '' || text === '') {
        throw new InputError({
          file,
          line,
          found: JSON.stringify(content.slice(0, 40)),
          expected: 'query id, tab, text',
        });
      }
      add(queryId, text, line, 'query id');
    });
}
