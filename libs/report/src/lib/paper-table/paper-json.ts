import { jsonText } from '../formats/json-text';
import type { PaperTable } from './paper-table';

/** A paper table as JSON: its columns, sections with their rows and cells in column order, footnotes and notes. */
export function paperJson({ key, experiment, sections, columns, ...table }: PaperTable): string {
  return jsonText({ paperTable: `${key} with ${experiment}`, key, experiment, ...table, columns, sections });
}
