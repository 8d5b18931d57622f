import { html } from '../html-text';
import type { Html } from '../html-text';
import { formatDifference, formatValue } from '../number-text';
import type { QueryMover, QueryMovers } from './query-movers';
import type { QueryWins } from './query-wins';
import type { CollectionTexts, ReportInput } from '../report-input';

/** Characters shown of a query and of a document, and relevant documents shown of a query. */
const QUERY_LENGTH = 420;
const DOCUMENT_LENGTH = 180;
const DOCUMENTS = 3;

export interface MovedRow {
  wins: QueryWins;
  movers: QueryMovers;
  /** Where links to it lead. */
  anchor: string;
}

/** For each row a fold with the queries that moved most, with their texts and those of their relevant documents. */
export function moversSection(
  rows: readonly MovedRow[],
  { measure, digits, texts }: { measure: string; digits: number; texts: ReportInput['texts'] },
): Html {
  const why =
    texts && 'missing' in texts ? html`<p class="muted">Ids stand for the texts: ${texts.missing}</p>` : undefined;
  const known = texts && !('missing' in texts) ? texts : undefined;
  const list = (title: string, movers: readonly QueryMover[]): Html | undefined =>
    movers.length > 0
      ? html`<h4>${title}</h4>
          <ol class="movers">
            ${movers.map((mover) => moverItem(mover, { measure, digits, texts: known }))}
          </ol>`
      : undefined;
  return html`<h3>The queries that moved most</h3>
    ${why}
    <div class="folds">
      ${rows.map(
        ({ wins, movers, anchor }) =>
          html`<details id="${anchor}">
            <summary>
              <span>${wins.label}</span> <span class="muted">${wins.wins} better, ${wins.losses} worse</span>
            </summary>
            ${list('Most improved', movers.improved)}${list('Most worsened', movers.worsened)}
          </details> `,
      )}
    </div>`;
}

function moverItem(
  { queryId, before, after, difference, ranks }: QueryMover,
  { measure, digits, texts }: { measure: string; digits: number; texts: CollectionTexts | undefined },
): Html {
  const text = texts?.queries.get(queryId);
  const relevant = texts?.relevant.get(queryId) ?? [];
  const first =
    ranks &&
    html` <span class="muted">first relevant document:</span> ${rankText(ranks.before, ranks.cutoff)} →
      ${rankText(ranks.after, ranks.cutoff)}`;
  const moved = formatDifference(difference, digits).replace('-', '−');
  return html`<li>
    <p class="moved">
      <code>${queryId}</code> <span class="muted">${measure}</span>
      <span class="pair">${formatValue(before, digits)} → ${formatValue(after, digits)}</span>
      <b class="${difference > 0 ? 'better' : 'worse'}">${moved}</b>${first}
    </p>
    ${text !== undefined && html`<blockquote>${shortened(text, QUERY_LENGTH)}</blockquote>`}
    ${
      relevant.length > 0 &&
      html`<ul class="relevant" aria-label="Relevant documents">
        ${relevant.slice(0, DOCUMENTS).map((docId) => documentItem(docId, texts))}${relevant.length > DOCUMENTS && html`<li class="muted">and ${relevant.length - DOCUMENTS} more</li>`}
      </ul>`
    }
  </li> `;
}

function documentItem(docId: string, texts: CollectionTexts | undefined): Html {
  const document = texts?.documents.get(docId);
  const title = document?.title && html` <b>${document.title}</b>`;
  return html`<li>
    <code>${docId}</code
    >${title}${document?.text && html` <span class="muted">${shortened(document.text, DOCUMENT_LENGTH)}</span>`}
  </li>`;
}

/** `4`, or for several seeds `4, 7, 2`; a dash where it is below the cutoff. */
function rankText(ranks: readonly (number | undefined)[], cutoff: number | undefined): string {
  const one = (rank: number | undefined): string =>
    rank !== undefined ? String(rank) : cutoff === undefined ? 'none' : `below ${cutoff}`;
  return ranks.map(one).join(', ');
}

/** Text cut at the last space that leaves room for the ellipsis. */
function shortened(text: string, length: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length <= length) return characters.join('');
  const cut = characters.slice(0, length - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > length / 2 ? space : undefined)}…`;
}
