import type { ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { mean, pairDifference, queryPairs, type QueryPair } from '../query-pairs';
import { TIE, type QueryWins } from './query-wins';
import { html, type Html } from '../html-text';
import { formatDifference, formatValue } from '../number-text';
import type { CollectionTexts, ReportInput } from '../report-input';

/** A query that a row ranks better or worse than the baseline does. */
export interface QueryMover {
  queryId: string;
  /** Means over the seeds that both have: the baseline's, the row's. */
  before: number;
  after: number;
  difference: number;
  /** Rank of the first relevant document, seed by seed; undefined where it is below the cutoff. */
  ranks?: { cutoff: number | undefined; before: (number | undefined)[]; after: (number | undefined)[] };
}

export interface QueryMovers {
  /** The greatest gain first. */
  improved: QueryMover[];
  /** The greatest loss first. */
  worsened: QueryMover[];
}

/**
 * The queries on which a row gains and loses most against the baseline, ties in the order of their ids. Where the
 * records hold reciprocal ranks, the rank of the first relevant document is read off them.
 */
export function queryMovers(
  table: ResultTable,
  row: ResultRow,
  records: readonly RunRecord[],
  { measure, count }: { measure: string; count: number },
): QueryMovers {
  const reciprocal = reciprocalRank(records);
  const ranks = new Map(
    (reciprocal ? queryPairs(table, row, records, reciprocal.measure) : []).map((pair) => [pair.queryId, pair]),
  );
  const moved = queryPairs(table, row, records, measure)
    .map((pair): QueryMover => {
      const rank = ranks.get(pair.queryId);
      return {
        queryId: pair.queryId,
        before: mean(pair.before),
        after: mean(pair.after),
        difference: pairDifference(pair),
        ...(reciprocal && rank ? { ranks: { cutoff: reciprocal.cutoff, ...ranksOf(rank) } } : {}),
      };
    })
    .sort((a, b) => b.difference - a.difference || (a.queryId < b.queryId ? -1 : 1));
  return {
    improved: moved.filter(({ difference }) => difference > TIE).slice(0, count),
    worsened: moved
      .filter(({ difference }) => difference < -TIE)
      .reverse()
      .slice(0, count),
  };
}

function ranksOf({ before, after }: QueryPair): { before: (number | undefined)[]; after: (number | undefined)[] } {
  const rank = (value: number): number | undefined => (value > 0 ? Math.round(1 / value) : undefined);
  return { before: before.map(rank), after: after.map(rank) };
}

/** The measure that shows the deepest first rank, of those the records have. */
function reciprocalRank(records: readonly RunRecord[]): { measure: string; cutoff: number | undefined } | undefined {
  const measures = new Set(records.flatMap(({ config }) => config.measures));
  return [...measures]
    .flatMap((measure) => {
      const match = /^(?:m?rr|recip_rank)(?:[@_](\d+))?$/i.exec(measure);
      return match ? [{ measure, cutoff: match[1] === undefined ? undefined : Number(match[1]) }] : [];
    })
    .sort((a, b) => (b.cutoff ?? Infinity) - (a.cutoff ?? Infinity))[0];
}

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

/** For each row a fold with the queries that changed most, with their texts and those of their relevant documents. */
export function moversSection(
  rows: readonly MovedRow[],
  { measure, digits, texts }: { measure: string; digits: number; texts: ReportInput['texts'] },
): Html {
  const why = texts && 'missing' in texts ? html`<p class="muted">Only ids are shown: ${texts.missing}</p>` : undefined;
  const known = texts && !('missing' in texts) ? texts : undefined;
  const list = (title: string, movers: readonly QueryMover[]): Html | undefined =>
    movers.length > 0
      ? html`<h4>${title}</h4>
          <ol class="movers">
            ${movers.map((mover) => moverItem(mover, { measure, digits, texts: known }))}
          </ol>`
      : undefined;
  return html`<h3>Queries that changed most</h3>
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
  // A count that is averaged over seeds has a fraction.
  const shown = Number.isInteger(before) && Number.isInteger(after) ? digits : Math.max(digits, 1);
  const moved = formatDifference(difference, shown).replace('-', '−');
  return html`<li>
    <p class="moved">
      <code>${queryId}</code> <span class="muted">${measure}</span>
      <span class="pair">${formatValue(before, shown)} → ${formatValue(after, shown)}</span>
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
