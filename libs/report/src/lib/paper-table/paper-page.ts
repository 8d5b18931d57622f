import { Html, html } from '../html-text';
import { formatValue } from '../number-text';
import { PAGE_STYLE } from '../page/page-style';
import type { PaperTable, PaperTableCell, PaperTableRow, PaperTableSection } from './paper-table';

/** What a paper table needs beside the page's own style: its labels stay in sight while its columns are scrolled. */
const STYLE = `
main,header,footer{max-width:82rem}
.paper th[scope=row],.paper thead tr:last-child th:first-child{position:sticky;left:0;background:var(--paper);z-index:1}
.paper tbody th[scope=row]{min-width:8rem;max-width:13rem;overflow-wrap:anywhere}
.paper{font-size:.85rem}
.paper th,.paper td{padding:.4rem .35rem}
.paper .span th{border-bottom:0;text-align:center;padding-bottom:0}
.paper .span th[scope=colgroup]{border-bottom:1px solid var(--grid)}
.paper .ours th,.paper .ours td{background:var(--band)}
.paper tbody.ours th[scope=row]{background:var(--band)}
.paper tbody.ours.first tr:first-child>*{border-top:2px solid var(--muted)}
.paper tr.group th{position:static}
.paper tr.group span{position:sticky;left:.35rem}
.paper .mark{font-size:.72em;line-height:1.2;position:absolute;margin-left:.1em}
.paper td{position:relative;padding-right:.95rem}
.paper thead th:not(:first-child){padding-right:.95rem}
.paper th .mark{position:static;line-height:0;vertical-align:super}
.mark a{text-decoration:none}
.marks{list-style:none;padding:0;max-width:46rem;font-size:.9rem}.marks li{margin:.45rem 0;padding-left:1.6rem;text-indent:-1.6rem}
.marks li>b{display:inline-block;width:1.6rem;text-indent:0;color:var(--muted);font-weight:550}
.marks code,.marks li>*{text-indent:0}
.marks li:target{background:color-mix(in srgb,var(--accent) 14%,var(--paper))}
@media (max-width:48rem){.paper tbody th[scope=row]{min-width:6.5rem;max-width:8rem}.paper th,.paper td{padding-left:.4rem}}
`;

/** A paper table as one static page: no request to anywhere, light, dark, phone, print. Wide tables scroll within themselves. */
export function paperPage(table: PaperTable): string {
  const title = `${table.title}: the paper and ${table.experiment}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Html(PAGE_STYLE + STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="name">Ablation <code>${table.experiment}</code></p>
          <h1>${title}</h1>
          <p>${table.setting}</p>
        </header>
        <main>
          <div class="box" role="region" aria-label="${title}" tabindex="0">
            <table class="paper">
              <caption>
                <div>Source of the printed figures: ${table.source}. Our rows are shaded.</div>
              </caption>
              ${tableHead(table)} ${table.sections.map((section, at) => sectionBody(table, section, at))}
            </table>
          </div>
          ${
            table.footnotes.length > 0 &&
            html`<h2>Notes to cells and rows</h2>
              <ul class="marks">
                ${table.footnotes.map(
                  ({ letter, text, command }) =>
                    html`<li id="note-${letter}">
                      <b>${letter}</b>${text}${command !== undefined && html` To fill it: <code>${command}</code>`}
                    </li>`,
                )}
              </ul>`
          }
          <ul class="notes muted">
            ${table.notes.map((note) => html`<li>${note}</li>`)}
          </ul>
        </main>
        <footer>Made by tsarank from its run records.</footer>
      </body>
    </html> `.text;
}

function tableHead({ columns }: PaperTable): Html {
  const spans: { group: string; count: number }[] = [];
  for (const { group = '' } of columns) {
    const last = spans.at(-1);
    if (last?.group === group) last.count++;
    else spans.push({ group, count: 1 });
  }
  const grouped = columns.some(({ group }) => group);
  return html`<thead>
    ${
      grouped &&
      html`<tr class="span">
        <td></td>
        ${spans.map(({ group, count }) =>
          group === ''
            ? html`<td colspan="${count}"></td>`
            : html`<th scope="colgroup" colspan="${count}">${group}</th>`,
        )}
      </tr>`
    }
    <tr>
      <th scope="col" class="text">System</th>
      ${columns.map(({ heading, measure }) => html`<th scope="col" title="${measure}">${breakable(heading)}</th>`)}
    </tr>
  </thead>`;
}

/** A heading that may be broken after its hyphens, before digits too. */
const breakable = (heading: string): Html[] =>
  heading.split(/(?<=-)/).map((part, at) => html`${at > 0 && html`<wbr />`}${part}`);

function sectionBody(
  { columns, sections }: PaperTable,
  { origin, heading, rows }: PaperTableSection,
  at: number,
): Html {
  const isFirst = sections[at - 1]?.origin !== origin;
  const kind = origin === 'ours' ? (isFirst ? 'ours first' : 'ours') : 'printed';
  return html`<tbody class="${kind}">
    <tr class="group">
      <th scope="rowgroup" colspan="${columns.length + 1}"><span>${heading}</span></th>
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          <th scope="row">${row.label}${marks(row.letters)}</th>
          ${row.cells.map((cell) => bodyCell(row, cell))}
        </tr> `,
    )}
  </tbody> `;
}

function bodyCell(row: PaperTableRow, cell: PaperTableCell): Html {
  if (cell.kind === 'empty') return html`<td><span class="muted" aria-label="no average">–</span></td>`;
  if (cell.kind === 'missing')
    return html`<td class="muted" title="${cell.missing.why}">
      <span aria-label="missing">–</span>${marks(cell.letters)}
    </td>`;
  const spread = cell.spread !== undefined && html`<span class="delta">±${formatValue(cell.spread, 1)}</span>`;
  const shown = cell.best ? html`<b>${cell.text}</b>` : cell.text;
  const title = sourceText(row, cell);
  return html`<td${title === '' ? '' : html` title="${title}"`}>${shown}${marks(cell.letters)}${spread}</td>`;
}

/** What stands behind one of our values, in a line. */
function sourceText({ model, data }: PaperTableRow, { ours }: PaperTableCell & { kind: 'value' }): string {
  if (!ours) return '';
  return [
    ours.candidates,
    ...(model === null ? [] : [model, data === null ? 'not trained' : `trained on ${data}`]),
    ...(ours.queries === undefined ? [] : [`${ours.queries} queries`]),
    `${ours.seeds} seed${ours.seeds === 1 ? '' : 's'}`,
    ...(ours.runIds.length > 0 ? [`run ${ours.runIds.join(', ')}`] : []),
  ].join('; ');
}

function marks(letters: readonly string[]): Html | '' {
  if (letters.length === 0) return '';
  const links = letters.map(
    (letter, at) => html`${at > 0 && ','}<a href="#note-${letter}" aria-label="note ${letter}">${letter}</a>`,
  );
  return html`<span class="mark">${links}</span>`;
}
