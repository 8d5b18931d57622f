import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { html, unbroken } from './html-text';
import type { Html } from './html-text';
import { formatP } from './number-text';
import { columnHeading, tableView } from './table-view';
import type { CellView, RowView } from './table-view';

/** The results as an HTML table with a caption, one body for each group of rows, and its notes and missing cells below. */
export function htmlTable(table: ResultTable): Html {
  const view = tableView(table);
  const groups: RowView[][] = [];
  for (const row of view.rows) {
    const last = groups.at(-1);
    if (last && last[0]!.group === row.group) last.push(row);
    else groups.push([row]);
  }
  return html`<div class="box" role="region" aria-label="Results" tabindex="0"><table class="results">
<caption>${table.rows.length} rows. Press a heading to sort.</caption>
<thead><tr><th scope="col" class="text" data-first="ascending">Variant</th>${view.columns.map(headCell)}</tr></thead>
${groups.map((rows) => html`<tbody>${rows[0]!.group ? groupRow(rows[0]!.group, view.columns.length + 1) : ''}${rows.map(bodyRow)}</tbody>
`)}</table></div>
${view.missing.length > 0 && html`<section class="missing" aria-labelledby="missing-title"><strong id="missing-title">Missing cells</strong><ul>${view.missing.map(
    ({ letter, text, command }) => html`<li id="missing-${letter}"><sup>${letter}</sup> ${text}<br>Fill with <code>${command}</code></li>`,
  )}</ul></section>`}
${view.notes.length > 0 && html`<ul class="notes muted">${view.notes.map((note) => html`<li>${unbroken(note)}</li>`)}</ul>`}`;
}

function headCell(column: ResultColumn): Html {
  return html`<th scope="col" data-first="${column.direction === 'higher' ? 'descending' : 'ascending'}">${columnHeading(column)}</th>`;
}

function groupRow(group: string, span: number): Html {
  return html`<tr class="group"><th scope="rowgroup" colspan="${span}">${group}</th></tr>`;
}

function bodyRow(row: RowView): Html {
  const badge = row.isBaseline && html`<span class="badge">baseline</span>`;
  return html`<tr${row.isBaseline ? html` class="baseline"` : ''}><th scope="row" data-value="${row.label}">${row.label}${badge}</th>${row.cells.map(bodyCell)}</tr>
`;
}

function bodyCell(cell: CellView): Html {
  if (cell.kind === 'empty') return html`<td><span class="muted" aria-label="does not apply">–</span></td>`;
  if (cell.kind === 'missing') return html`<td class="muted">missing${footnote(cell.letter)}</td>`;
  const spread = cell.spread && html` <span class="muted">±${cell.spread}</span>`;
  const value = cell.place === 'best' ? html`<b>${cell.value}</b>` : cell.value;
  const why = [cell.p === undefined ? '' : formatP(cell.p), cell.runIds.length > 0 ? `run ${cell.runIds.join(', ')}` : '']
    .filter(Boolean)
    .join('; ');
  const delta =
    cell.difference &&
    html`<span class="delta ${cell.mark && cell.verdict !== 'equal' ? cell.verdict : ''}">${cell.difference.replace('-', '−')}${cell.mark}</span>`;
  return html`<td data-value="${cell.raw}" title="${why}">${value}${spread}${cell.letter && footnote(cell.letter)}${delta}</td>`;
}

const footnote = (letter: string): Html => html`<sup><a href="#missing-${letter}" aria-label="why it is missing: note ${letter}">${letter}</a></sup>`;
