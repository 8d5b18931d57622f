import type { ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { html } from '../html-text';
import type { Html } from '../html-text';
import { baselineRow, recordsOf } from '../report-input';

/** What the runs had in common: engine, versions, data, and the baseline's whole configuration. */
export function settings(table: ResultTable, records: readonly RunRecord[]): Html | undefined {
  const record = recordsOf(baselineRow(table) ?? table.rows[0]!, records)[0];
  if (!record) return undefined;
  const entries: [string, string][] = [
    ['Model', record.config.model],
    ['Engine', `${record.config.engine}, ${record.config.precision}`],
    [
      'Versions',
      Object.entries(record.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Behaviour version', String(record.behaviourVersion)],
    [
      'Data',
      Object.entries(record.dataHashes)
        .map(([name, hash]) => `${name} ${hash.slice(0, 12)}`)
        .join(', '),
    ],
  ];
  return html`<dl>
      ${entries
        .filter(([, text]) => text)
        .map(
          ([name, text]) =>
            html`<dt>${name}</dt>
              <dd>${text}</dd>`,
        )}
    </dl>
    <details>
      <summary>The baseline's configuration</summary>
      <pre tabindex="0">${JSON.stringify(record.config, null, 2)}</pre>
    </details>`;
}
