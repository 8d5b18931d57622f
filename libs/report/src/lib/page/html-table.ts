import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import { filterBar } from './filter-bar';
import { html, unbroken } from '../html-text';
import type { Html } from '../html-text';
import { formatP } from '../number-text';
import { runAnchor } from './run-table';
import { columnHeading, tableView } from '../formats/table-view';
import type { CellView, RowView } from '../formats/table-view';

export interface HtmlTableOptions {
  /** Row key -> what it differs in, to choose rows by. */
  kinds: ReadonlyMap<string, string>;
  /** Row key -> id of its row. */
  anchors: ReadonlyMap<string, string>;
  /** Runs that have a place on the page to lead to. */
  runs: ReadonlySet<string>;
}

/**
 * The results as an HTML table with a caption, one body for each group of rows, and its notes and missing cells below.
 * Each value leads to the first run behind it; all of them are in its tooltip.
 */
export function htmlTable(table: ResultTable, { kinds, anchors, runs }: HtmlTableOptions): Html {
  const view = tableView(table);
  const kindOf = ({ key }: RowView): string => kinds.get(key) ?? '';
  const groups: RowView[][] = [];
  for (const row of view.rows) {
    const last = groups.at(-1);
    if (last && last[0]!.group === row.group) last.push(row);
    else groups.push([row]);
  }
  const bodyRow = (row: RowView): Html => {
    const badge = row.isBaseline && html` <span class="badge">baseline</span>`;
    return html`<tr
      id="${anchors.get(row.key)}"
      data-kind="${kindOf(row)}"
      tabindex="-1"
      ${row.isBaseline ? html` class="baseline"` : ''}
    >
      <th scope="row" data-value="${row.label}">${row.label}${badge}</th>
      ${row.cells.map((cell) => bodyCell(cell, runs))}
    </tr> `;
  };
  return html`${filterBar('results-table', { label: 'Filter the results', choice: 'Kind', kinds: [...new Set(view.rows.map(kindOf))] })}
    <a class="skip" href="#after-results">Skip the table</a>
    <div class="box" role="region" aria-label="Results" tabindex="0">
      <table id="results-table" class="results sortable">
        <caption>
          <div>
            ${table.rows.length} rows.<span class="scripted" hidden> Press a heading to sort.</span
            >${runs.size > 0 && ' A number leads to the run it comes from.'}
          </div>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text" data-first="ascending">Variant</th>
            ${view.columns.map(headCell)}
          </tr>
        </thead>
        ${groups.map(
          (rows) =>
            html`<tbody>
              ${rows[0]!.group ? groupRow(rows[0]!.group, view.columns.length + 1) : ''}${rows.map(bodyRow)}
            </tbody> `,
        )}
      </table>
    </div>
    <div id="after-results" tabindex="-1"></div>
    ${
      view.missing.length > 0 &&
      html`<section class="missing" aria-labelledby="missing-title">
        <strong id="missing-title">Missing cells</strong>
        <ul>
          ${view.missing.map(
            ({ letter, text, command }) =>
              html`<li id="missing-${letter}"><sup>${letter}</sup> ${text}<br />Fill with <code>${command}</code></li>`,
          )}
        </ul>
      </section>`
    }
    ${
      view.notes.length > 0 &&
      html`<ul class="notes muted">
        ${view.notes.map((note) => html`<li>${unbroken(note)}</li>`)}
      </ul>`
    }`;
}

function headCell(column: ResultColumn): Html {
  return html`<th scope="col" data-first="${column.direction === 'higher' ? 'descending' : 'ascending'}">
    ${columnHeading(column)}
  </th>`;
}

function groupRow(group: string, span: number): Html {
  return html`<tr class="group">
    <th scope="rowgroup" colspan="${span}">${group}</th>
  </tr>`;
}

function bodyCell(cell: CellView, runs: ReadonlySet<string>): Html {
  if (cell.kind === 'empty') return html`<td><span class="muted" aria-label="does not apply">–</span></td>`;
  if (cell.kind === 'missing') return html`<td class="muted">missing${footnote(cell.letter)}</td>`;
  const spread = cell.spread && html` <span class="muted">±${cell.spread}</span>`;
  const shown =
    cell.place === 'best'
      ? html`<b>${cell.value}</b>`
      : cell.place === 'second'
        ? html`<u>${cell.value}</u>`
        : cell.value;
  const run = cell.runIds.find((id) => runs.has(id));
  const value = run === undefined ? shown : html`<a class="value" href="#${runAnchor(run)}">${shown}</a>`;
  const why = [
    cell.place === 'best' ? 'best of the column' : cell.place === 'second' ? 'second best of the column' : '',
    cell.p === undefined ? '' : formatP(cell.p),
    cell.runIds.length > 0 ? `run ${cell.runIds.join(', ')}` : '',
  ];
  const delta =
    cell.difference &&
    html`<span class="delta ${cell.mark && cell.verdict !== 'equal' ? cell.verdict : ''}"
      >${cell.difference.replace('-', '−')}${cell.mark}</span
    >`;
  return html`<td data-value="${cell.raw}" title="${why.filter(Boolean).join('; ')}">
    ${value}${spread}${cell.letter && footnote(cell.letter)}${delta}
  </td>`;
}

const footnote = (letter: string): Html =>
  html`<sup><a href="#missing-${letter}" aria-label="why it is missing: note ${letter}">${letter}</a></sup>`;
