import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { html } from '../html-text';
import type { Html } from '../html-text';
import { pairDifference, queryPairs } from '../query-values';

export interface QueryWins {
  /** Of the row. */
  key: string;
  label: string;
  wins: number;
  ties: number;
  losses: number;
}

/** Differences closer than this are ties: sums in another order leave about 1e-16. */
export const TIE = 1e-9;

/**
 * On how many in-domain queries each row is better than, equal to and worse than the baseline, by one measure, each
 * query averaged first over the seeds that both have. Rows without values for the baseline's queries are left out.
 */
export function queryWins(table: ResultTable, records: readonly RunRecord[], measure: string): QueryWins[] {
  return table.rows.flatMap((row) => {
    const differences = queryPairs(table, row, records, measure).map(pairDifference);
    if (differences.length === 0) return [];
    const wins = differences.filter((difference) => difference > TIE).length;
    const losses = differences.filter((difference) => difference < -TIE).length;
    return [{ key: row.key, label: row.label, wins, losses, ties: differences.length - wins - losses }];
  });
}

/** The counts as a table, each row with a bar of its wins, ties and losses, and a link to the queries themselves. */
export function queryWinsTable(
  rows: readonly QueryWins[],
  { measure, baseline, moved }: { measure: string; baseline: string; moved: ReadonlyMap<string, string> },
): Html {
  return html`<div class="box" role="region" aria-label="Queries won and lost" tabindex="0">
    <table class="wins">
      <caption>
        <div>Queries by ${measure}, against “${baseline}”; a name leads to the queries that moved most.</div>
      </caption>
      <thead>
        <tr>
          <th scope="col" class="text">Variant</th>
          <th scope="col">Better</th>
          <th scope="col">Equal</th>
          <th scope="col">Worse</th>
          <th scope="col" class="text">Share</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <th scope="row">
                ${moved.has(row.key) ? html`<a href="#${moved.get(row.key)}">${row.label}</a>` : row.label}
              </th>
              <td>${row.wins}</td>
              <td>${row.ties}</td>
              <td>${row.losses}</td>
              <td class="text">${bar(row)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function bar({ wins, ties, losses }: QueryWins): Html {
  const total = wins + ties + losses;
  const x = (count: number): string => ((100 * count) / total).toFixed(2);
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect width="${x(wins)}" height="8" fill="var(--better)" />
    <rect x="${x(wins)}" width="${x(ties)}" height="8" fill="var(--grid)" />
    <rect x="${x(wins + ties)}" width="${x(losses)}" height="8" fill="var(--worse)" />
  </svg>`;
}
