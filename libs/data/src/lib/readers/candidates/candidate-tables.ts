import { InputError } from '@tsarank/io';
import type { LinePlace } from '../line-fields';
import { ambiguous, readAs } from '../read-as';
import { spacedColumns, tabbedColumns, type TableLine } from '../table-lines';
import { trecRunOf } from '../trec-run';
import { CandidateList, type Candidates } from './candidate-list';

const ARGUMENT = '--run-format';
const WHOLE = /^\d+$/;
const isNumber = (text: string | undefined): boolean =>
  text !== undefined && text.trim() !== '' && Number.isFinite(Number(text));

/** The format of a table of candidates by its first line. Three columns are ranks or scores: `rankedOrScored` finds out. */
export function tableFormat({ text, line }: TableLine, file: string): 'trec' | 'top1000' | 'three columns' {
  const [spaced, tabbed] = [spacedColumns(text), tabbedColumns(text)];
  const isTrec = spaced.length >= 6 && isNumber(spaced[3]) && isNumber(spaced[4]);
  if (tabbed.length === 4) {
    if (isTrec) throw ambiguous({ file, line }, 'columns', ['trec', 'top1000'], ARGUMENT);
    if (!WHOLE.test(tabbed[3]!.trim())) return 'top1000';
    throw new InputError({
      file,
      line,
      found: 'four columns that end in a number, as judgments have them',
      expected: 'candidates',
    });
  }
  if (tabbed[0] === 'query-id') throw new InputError({ file, line, found: 'judgments', expected: 'candidates' });
  return tabbed.length === 3 || spaced.length === 3 ? 'three columns' : 'trec';
}

/** TREC runs: the scores are the file's. */
export function trecCandidates(file: string, lines: Iterable<TableLine>, format: 'tsv' | undefined): Candidates {
  return { run: readAs('a TREC run', () => trecRunOf(file, lines, format)), format: format ?? 'trec' };
}

/**
 * Three columns: MS MARCO's `query<TAB>document<TAB>rank`, whose scores become 1 / rank, or Tevatron's query, document, score.
 * They are ranks where all are whole numbers that count from 1 within each query, and scores where one isn't whole or is negative.
 */
export function threeColumnCandidates(
  file: string,
  lines: Iterable<TableLine>,
  asked: 'msmarco' | 'scores' | undefined,
): Candidates {
  const list = new CandidateList();
  const title =
    asked === 'scores' ? 'query, document, score' : asked === 'msmarco' ? "MS MARCO's run" : 'three columns';
  let firstLine: number | undefined;
  for (const { text, line } of lines) {
    firstLine ??= line;
    readAs(title, () => {
      const place = { file, line };
      const columns = columnsOf(text, 3, place, 'query, document, rank or score');
      const [queryId, docId, number] = columns as [string, string, string];
      if (!isNumber(number)) {
        throw new InputError({ ...place, field: 'rank', found: JSON.stringify(number), expected: 'a number' });
      }
      const value = Number(number);
      if (asked === 'msmarco' && !(Number.isSafeInteger(value) && value >= 1)) {
        throw new InputError({ ...place, field: 'rank', found: number, expected: 'a whole number of 1 or more' });
      }
      list.add(queryId, docId, place, value);
    });
  }
  const format = asked ?? rankedOrScored(list, { file, line: firstLine! });
  if (format === 'msmarco') {
    for (const documents of list.run.values()) {
      for (const document of documents) document.score = 1 / document.score;
    }
  }
  return { run: list.run, format };
}

function rankedOrScored({ run }: CandidateList, place: LinePlace): 'msmarco' | 'scores' {
  const queries = [...run.values()];
  if (queries.some((documents) => documents.some(({ score }) => !Number.isSafeInteger(score) || score < 0)))
    return 'scores';
  const areRanks = queries.every((documents) => {
    const ranks = documents.map(({ score }) => score).sort((a, b) => a - b);
    return ranks.every((rank, index) => rank === index + 1);
  });
  if (areRanks) return 'msmarco';
  throw ambiguous(place, 'a third column', ['msmarco (ranks)', 'scores'], ARGUMENT);
}

/** MS MARCO's `top1000`: query id, document id, query, passage between tabs. It has no scores: the file's order counts. */
export function top1000Candidates(file: string, lines: Iterable<TableLine>): Candidates {
  const list = new CandidateList();
  for (const { text, line } of lines) {
    readAs("MS MARCO's top1000 lines", () => {
      const place = { file, line };
      const columns = tabbedColumns(text);
      const [queryId, docId, query, passage] = columns as [string, string, string, string];
      if (columns.length !== 4 || queryId === '' || docId === '') {
        const found = columns.length === 4 ? 'no id' : `${columns.length} columns between tabs`;
        throw new InputError({ ...place, found, expected: 'four: query id, document id, query, passage' });
      }
      if (query.trim() === '') throw new InputError({ ...place, field: 'query', found: 'nothing', expected: 'text' });
      list.add(queryId, docId, place);
      list.addQuery(queryId, query, place);
      list.addDocument(docId, { title: '', text: passage }, place);
    });
  }
  const { run, queries, documents } = list;
  return { run, queries, documents, format: 'top1000' };
}

/** Columns between tabs, or between white space where there are no tabs. */
function columnsOf(text: string, count: number, place: LinePlace, expected: string): string[] {
  const tabbed = tabbedColumns(text);
  const columns = tabbed.length > 1 ? tabbed : spacedColumns(text);
  if (columns.length === count && columns.every((column) => column !== '')) return columns;
  const found = columns.length === count ? 'an empty column' : `${columns.length} columns`;
  throw new InputError({ ...place, found, expected });
}
