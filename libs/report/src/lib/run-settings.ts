import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { configDifferences, settingText } from './config-differences';
import { html } from './html-text';
import type { Html } from './html-text';
import { formatValue } from './number-text';
import { baselineRow, configOf, numberAt, recordsOf, secondsColumn } from './report-input';

/** A row for each variant: how its configuration differs from the baseline's, its runs, their state and seconds. */
export function runTable(table: ResultTable, records: readonly RunRecord[]): Html {
  const base = configOf(baselineRow(table), records);
  const seconds = secondsColumn(table);
  const rows = table.rows.map((row) => {
    const ids = [...new Set(Object.values(row.cells).flatMap((cell) => cell?.runIds ?? []))];
    const own = recordsOf(row, records);
    const differences = base && own[0] ? configDifferences(base, own[0].config) : [];
    const spent = numberAt(row, seconds);
    const failed = own.filter(({ status }) => status === 'failed');
    const state = own.length === 0 ? 'no record' : failed.length > 0 ? `${failed.length} of ${own.length} failed` : 'done';
    return html`<tr><th scope="row">${row.label}</th>
<td class="text changes">${differences.length > 0 ? differences.map(({ path, from, to }) => html`<div><code>${path}</code> ${settingText(from, path)} → ${settingText(to, path)}</div>`) : html`<span class="muted">none</span>`}</td>
<td class="text">${ids.map((id) => html`<div><code>${id}</code></div>`)}</td>
<td class="text wrap">${state}${failed.map(({ error }) => error && html`<div class="worse">${error.kind}: ${error.message}</div>`)}</td>
<td>${spent === undefined ? '–' : formatValue(spent, 0)}</td></tr>
`;
  });
  return html`<div class="box" role="region" aria-label="Runs" tabindex="0"><table>
<caption>Every number above comes from these runs. BM25 and the fused row are rankings of the baseline's runs.</caption>
<thead><tr><th scope="col" class="text">Variant</th><th scope="col" class="text">Differs from the baseline in</th><th scope="col" class="text">Run</th><th scope="col" class="text">State</th><th scope="col">Seconds</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** What the runs had in common: engine, versions, data, and the baseline's whole configuration. */
export function settings(table: ResultTable, records: readonly RunRecord[]): Html | undefined {
  const record = recordsOf(baselineRow(table) ?? table.rows[0]!, records)[0];
  if (!record) return undefined;
  const entries: [string, string][] = [
    ['Model', record.config.model],
    ['Engine', `${record.config.engine}, ${record.config.precision}`],
    ['Versions', Object.entries(record.versions).map(([name, version]) => `${name} ${version}`).join(', ')],
    ['Behaviour version', String(record.behaviourVersion)],
    ['Data', Object.entries(record.dataHashes).map(([name, hash]) => `${name} ${hash.slice(0, 12)}`).join(', ')],
  ];
  return html`<dl>${entries.filter(([, text]) => text).map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
<details><summary>The baseline's configuration</summary><pre tabindex="0">${JSON.stringify(record.config, null, 2)}</pre></details>`;
}
