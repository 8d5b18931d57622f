import { InputError } from '@tsarank/io';
import type { TriplesFormat } from '../format-names';
import type { LinePlace } from '../line-fields';
import { ambiguous, readAs } from '../read-as';
import { tabbedColumns, type TableLine } from '../table-lines';
import type { GroupPart } from './group-records';

const TITLES: Readonly<Record<TriplesFormat, string>> = {
  'triples-ids': "MS MARCO's triples of ids",
  'triples-text': "MS MARCO's triples of texts",
};

/**
 * What the three columns of a file's first line are: ids where all are numbers, or single words of which a corpus is named;
 * texts where one holds a space.
 *
 * @throws {InputError} for single words without a corpus, which could be both.
 */
export function triplesFormat({ text, line }: TableLine, file: string, hasCorpus: boolean): TriplesFormat {
  const columns = tabbedColumns(text).map((column) => column.trim());
  if (columns.length !== 3) {
    const found = `${columns.length} column${columns.length === 1 ? '' : 's'} between tabs`;
    throw new InputError({
      file,
      line,
      found,
      expected: 'one JSON object a line, or three columns: query, positive, negative',
    });
  }
  if (columns.some((column) => /\s/.test(column))) return 'triples-text';
  if (hasCorpus || columns.every((column) => /^\d+$/.test(column))) return 'triples-ids';
  throw ambiguous({ file, line }, 'three words', ['triples-ids', 'triples-text'], '--groups-format');
}

/** A line of MS MARCO's triples: query, positive, negative between tabs, as ids or as texts. */
export function triplePart({ text, line }: TableLine, file: string, format: TriplesFormat): GroupPart {
  const place: LinePlace = { file, line };
  return readAs(TITLES[format], () => {
    const columns = tabbedColumns(text);
    if (columns.length !== 3) {
      const found = `${columns.length} columns between tabs`;
      throw new InputError({ ...place, found, expected: 'three: query, positive, negative' });
    }
    const isById = format === 'triples-ids';
    const [query, positive, negative] = columns.map((column) => (isById ? column.trim() : column)) as [
      string,
      string,
      string,
    ];
    const empty = [query, positive, negative].findIndex((column) => column.trim() === '');
    if (empty >= 0) {
      throw new InputError({
        ...place,
        field: ['query', 'positive', 'negative'][empty],
        found: 'nothing',
        expected: 'text',
      });
    }
    return {
      place,
      ...(isById ? { queryId: query } : { query }),
      positives: [positive],
      negatives: [negative],
      isById,
      isTriple: true,
    };
  });
}
