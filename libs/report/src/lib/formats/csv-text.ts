import { printable } from '@tsarank/io';

/** A number, or text made safe by `csvText`; nothing leaves the field empty. */
export type CsvField = string | number | null | undefined;

/** Lines of fields as CSV: RFC 4180 quoting, lines end in CRLF. */
export function csvLines(lines: readonly (readonly CsvField[])[]): string {
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** Text for a field. Control characters become visible escapes: a spreadsheet or a terminal that shows the file obeys none. */
export function csvText(value: string): string {
  const shown = printable(value);
  return /^\s*[=+\-@]|^[\t\n]/.test(shown) ? `'${shown}` : shown;
}

function field(value: CsvField): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
