import type { ResultTable } from '@tsarank/ablation';

/** Rows and the runs that their numbers come from. */
export interface Provenance {
  rows: string[];
  /** Labels of the columns meant, where the other cells of the row come from other runs. */
  columns?: string[];
  runIds: readonly string[];
}

/** Which runs stand behind each row of a table, rows of the same runs together; rows without a value are left out. */
export function provenance(table: ResultTable): Provenance[] {
  const found: Provenance[] = [];
  for (const row of table.rows) {
    const columnsOf = new Map<string, { runIds: readonly string[]; columns: string[] }>();
    for (const column of table.columns) {
      const cell = row.cells[column.key];
      if (!cell || cell.value === null || cell.runIds.length === 0) continue;
      const known = columnsOf.get(cell.runIds.join());
      if (known) known.columns.push(column.label);
      else columnsOf.set(cell.runIds.join(), { runIds: cell.runIds, columns: [column.label] });
    }
    for (const { runIds, columns } of columnsOf.values()) {
      const same = found.find((entry) => !entry.columns && entry.runIds.join() === runIds.join());
      if (columnsOf.size > 1) found.push({ rows: [row.label], columns, runIds });
      else if (same) same.rows.push(row.label);
      else found.push({ rows: [row.label], runIds });
    }
  }
  return found;
}

/** `Full recipe (Seconds)`: the rows of an entry, and its columns where they matter. */
export function provenanceSubject({ rows, columns }: Provenance): string {
  return `${rows.join('; ')}${columns ? ` (${columns.join(', ')})` : ''}`;
}

/** The first characters of each id, as many (8 at least) as tell all of them apart. */
export function shortIds(ids: Iterable<string>): Map<string, string> {
  const all = [...new Set(ids)];
  let length = 8;
  while (new Set(all.map((id) => id.slice(0, length))).size < all.length) length++;
  return new Map(all.map((id) => [id, id.slice(0, length)]));
}
