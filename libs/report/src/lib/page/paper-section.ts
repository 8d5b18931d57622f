import { html, type Html } from '../html-text';
import { formatValue } from '../number-text';
import type { PublishedContext } from '../published/published-context';
import { PUBLISHED_TABLES, type PublishedTable } from '../published/published-results';

/** The paper's figures beside ours, the differences in setting, and the whole published tables folded away. */
export function paperSection(context: PublishedContext): Html {
  const text = (at: number): Html | '' => (at < 3 ? html` class="text"` : '');
  return html`<p>${context.sweep}</p>
    <div class="box" role="region" aria-label="The paper's figures and ours" tabindex="0">
      <table>
        <caption>
          <div>Percent. Gain: reranked minus first stage (BM25). Our rows are shaded.</div>
        </caption>
        <thead>
          <tr>
            ${context.columns.map((column, at) => html`<th scope="col" ${text(at)}>${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${context.rows.map(
            ({ origin, cells }) => html`<tr${origin === 'ours' ? html` class="baseline"` : ''}>${cells.map(
              (cell, at) =>
                at === 0
                  ? html`<th scope="row">${cell}</th>`
                  : html`<td${text(at)}>${at === 5 ? cell.replace('-', '−') : cell}</td>`,
            )}</tr>
`,
          )}
        </tbody>
      </table>
    </div>
    <h3>Differences in setting</h3>
    <div class="box" role="region" aria-label="Differences in setting" tabindex="0">
      <table>
        <caption>
          <div>With these differences, absolute values are not comparable.</div>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">What</th>
            <th scope="col" class="text">Paper</th>
            <th scope="col" class="text">Ours</th>
          </tr>
        </thead>
        <tbody>
          ${context.setting.map(
            ({ what, paper, ours }) =>
              html`<tr>
                <th scope="row">${what}</th>
                <td class="text wrap">${paper}</td>
                <td class="text wrap">${ours}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    <ul class="notes muted">
      ${context.notes.slice(1).map((note) => html`<li>${note}</li>`)}
    </ul>
    <details>
      <summary>The paper's tables as printed</summary>
      ${PUBLISHED_TABLES.map(publishedTable)}
    </details>`;
}

function publishedTable(table: PublishedTable): Html {
  return html`<h3>${table.title}</h3>
    <p class="muted">${table.setting}</p>
    <div class="box" role="region" aria-label="${table.title}" tabindex="0">
      <table>
        <caption>
          <div>${[...table.notes.map(({ text }) => text), `Source: ${table.source}.`].join(' ')}</div>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">System</th>
            ${table.columns.map(({ label }) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${table.rows.map(
            ({ label, values }) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${values.map((value) => html`<td>${formatValue(value, 1)}</td>`)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}
