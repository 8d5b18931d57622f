import type { PublishedColumn, PublishedTable } from '../published/published-results';
import { PUBLISHED_SETS } from '../published/published-sets';
import type { OurPaperRow, OurPaperValue } from './our-paper-row';
import { publishedModelOf } from './published-models';

/** How one of our rows differs from the paper's in what ranks and what that was trained on. */
export function trainingDifferences({ model, data }: OurPaperRow, table: PublishedTable): string[] {
  if (model === null) return [];
  const paper = `the paper's rows: on ${table.training}`;
  return [
    ...(publishedModelOf(model) === undefined ? [`Model: ${model}, none of the paper's.`] : []),
    ...(data === table.training ? [] : [data === null ? `Not trained (${paper}).` : `Trained on ${data} (${paper}).`]),
  ];
}

/** How one of our values differs from the paper's in what was ranked. */
export function settingDifferences(
  { candidates, queries }: OurPaperValue,
  { row, column }: { row: Pick<OurPaperRow, 'model'>; column: PublishedColumn },
): string[] {
  const judged = column.set === undefined ? undefined : PUBLISHED_SETS[column.set].queries;
  // The first ten of a first stage are the same, however deep it goes.
  const compared = row.model === null ? withoutDepth : (text: string): string => text;
  return [
    ...(compared(candidates) === compared(column.candidates)
      ? []
      : [`Candidates: ${candidates} (paper: ${column.candidates}).`]),
    ...(queries === undefined || judged === undefined ? [] : queryDifference(queries, judged)),
  ];
}

function queryDifference(queries: number, judged: number): string[] {
  if (queries === judged) return [];
  // Without the number of each set, so that sets with equally many share a footnote.
  if (queries < judged) return [`Over ${grouped(queries)} of the set's queries (paper: all).`];
  return [`Over ${grouped(queries)} queries (paper: ${grouped(judged)}).`];
}

const withoutDepth = (candidates: string): string => candidates.replace(/(?: top \d+|, all)$/, '');
const grouped = (count: number): string => count.toLocaleString('en');
