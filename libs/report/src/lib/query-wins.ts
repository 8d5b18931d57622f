import { IN_DOMAIN } from '@tsarank/ablation';
import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord, SystemName } from '@tsarank/config';
import { html } from './html-text';
import type { Html } from './html-text';
import { isBm25 } from './published-context';
import { baselineRow, recordsOf } from './report-input';

export interface QueryWins {
  label: string;
  wins: number;
  ties: number;
  losses: number;
}

/** Differences closer than this are ties: sums in another order leave about 1e-16. */
const TIE = 1e-9;

/**
 * On how many in-domain queries each row is better than, equal to and worse than the baseline, by one measure, each
 * query averaged over the row's seeds first. Rows without values for the baseline's queries are left out.
 */
export function queryWins(table: ResultTable, records: readonly RunRecord[], measure: string): QueryWins[] {
  const baseline = baselineRow(table);
  const theirs = baseline ? perQuery(recordsOf(baseline, records), 'model', measure) : new Map<string, number>();
  if (theirs.size === 0) return [];
  return table.rows.flatMap((row) => {
    if (row.key === table.baseline) return [];
    const system = isBm25(row.key) ? 'bm25' : row.key === 'fused' ? 'fused' : 'model';
    const ours = perQuery(recordsOf(row, records), system, measure);
    if (ours.size !== theirs.size || [...theirs.keys()].some((query) => !ours.has(query))) return [];
    const differences = [...theirs].map(([query, value]) => ours.get(query)! - value);
    const wins = differences.filter((difference) => difference > TIE).length;
    const losses = differences.filter((difference) => difference < -TIE).length;
    return [{ label: row.label, wins, losses, ties: differences.length - wins - losses }];
  });
}

function perQuery(records: readonly RunRecord[], system: SystemName, measure: string): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const record of records) {
    for (const [query, value] of Object.entries(record.result?.systems[system]?.[IN_DOMAIN]?.[measure] ?? {})) {
      values.set(query, [...(values.get(query) ?? []), value]);
    }
  }
  return new Map([...values].map(([query, all]) => [query, all.reduce((sum, value) => sum + value, 0) / all.length]));
}

/** The counts as a table, each row with a bar of its wins, ties and losses. */
export function queryWinsTable(rows: readonly QueryWins[], measure: string, baseline: string): Html {
  return html`<div class="box" role="region" aria-label="Queries won and lost" tabindex="0"><table>
<caption>Queries by ${measure}, against “${baseline}”.</caption>
<thead><tr><th scope="col" class="text">Variant</th><th scope="col">Better</th><th scope="col">Equal</th><th scope="col">Worse</th><th scope="col" class="text">Share</th></tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${row.label}</th><td>${row.wins}</td><td>${row.ties}</td><td>${row.losses}</td><td class="text">${bar(row)}</td></tr>
`)}</tbody></table></div>`;
}

function bar({ wins, ties, losses }: QueryWins): Html {
  const total = wins + ties + losses;
  const x = (count: number): string => ((100 * count) / total).toFixed(2);
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${x(wins)}" height="8" fill="var(--better)"/><rect x="${x(wins)}" width="${x(ties)}" height="8" fill="var(--grid)"/><rect x="${x(wins + ties)}" width="${x(losses)}" height="8" fill="var(--worse)"/></svg>`;
}
