import type { ResultRow, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { configDifferences, settingText } from '../config-differences';
import { filterBar } from './filter-bar';
import { html, type Html } from '../html-text';
import { formatValue } from '../number-text';
import { baselineRow, configOf, isVariant, type Attempt } from '../report-input';

export interface RunTableOptions {
  records: readonly RunRecord[];
  attempts: ReadonlyMap<string, readonly Attempt[]>;
  /** Row key -> id of its row in the results. */
  rowAnchors: ReadonlyMap<string, string>;
}

interface RunLine {
  runId: string;
  record: RunRecord | undefined;
  /** Name, its link back to the results, and what is special about it. */
  label: string;
  back: string | undefined;
  differences: Html | undefined;
  state: string;
}

/** Where a run stands in the table of runs: what every number of the results leads to. */
export const runAnchor = (runId: string): string => `run-${runId}`;

/** The ids that `runTable` has a line for. */
export function listedRuns(table: ResultTable, records: readonly RunRecord[]): Set<string> {
  return new Set(
    records.length === 0
      ? []
      : lines(table, { records, attempts: new Map(), rowAnchors: new Map() }).map(({ runId }) => runId),
  );
}

/** A line for each run, those of stage one last: its configuration's differences, state, attempts, order and seconds. */
export function runTable(table: ResultTable, options: RunTableOptions): Html {
  const { records, attempts } = options;
  const all = lines(table, options);
  const hasAttempts = attempts.size > 0;
  const hasOrder = records.some(({ result }) => result?.order !== undefined);
  const body = all.map((line) => {
    const { runId, record, label, back, differences, state } = line;
    return html`<tr id="${runAnchor(runId)}" data-kind="${state}" tabindex="-1">
      <th scope="row" data-value="${label}">${back === undefined ? label : html`<a href="#${back}">${label}</a>`}</th>
      <td class="text" data-value="${runId}">
        <code>${runId}</code>${
          record?.parent !== undefined &&
          html`<div class="muted">
            from <a href="#${runAnchor(record.parent)}"><code>${record.parent}</code></a>
          </div>`
        }
      </td>
      <td data-value="${record?.config.seed}">${record?.config.seed ?? '–'}</td>
      <td class="text state" data-value="${state}">
        ${state}${record?.error && html`<div class="worse">${record.error.kind}: ${record.error.message}</div>`}
      </td>
      ${hasAttempts && attemptsCell(attempts.get(runId) ?? [])}
      <td data-value="${record?.timings.total}">
        ${record?.timings.total === undefined ? '–' : formatValue(record.timings.total, 0)}
      </td>
      ${hasOrder && orderCell(record)}
      <td class="text changes">${differences ?? html`<span class="muted">–</span>`}</td>
    </tr> `;
  });
  const head = [
    ['Variant', true],
    ['Run', true],
    ['Seed', false],
    ['State', true],
    ...(hasAttempts ? [['Attempts', false] as const] : []),
    ['Seconds', false],
    ...(hasOrder ? [['Order of examples', true] as const] : []),
    ['Differs from the baseline in', true],
  ] as const;
  const order =
    hasOrder &&
    ' Order of examples: a hash for each stage; runs with the same hash were trained on the same examples in the same order.';
  return html`${filterBar('runs-table', { label: 'Filter the runs', choice: 'State', kinds: [...new Set(all.map(({ state }) => state))] })}
    <div class="box" role="region" aria-label="Runs" tabindex="0">
      <table id="runs-table" class="sortable">
        <caption>
          <div>
            The runs behind every number above. Click a name to go back to its row. BM25 and the fused row were ranked
            in the baseline's runs.${order}
          </div>
        </caption>
        <thead>
          <tr>
            ${head.map(([name, isText]) => html`<th scope="col" ${isText ? html` class="text"` : ''}${name.startsWith('Differs') || name.startsWith('Order') ? '' : html` data-first="ascending"`}>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>`;
}

function lines(table: ResultTable, { records, rowAnchors }: RunTableOptions): RunLine[] {
  const byId = new Map(records.map((record) => [record.runId, record]));
  const base = configOf(baselineRow(table), records);
  const found = new Map<string, RunLine>();
  const users = new Map<string, string[]>();
  for (const row of table.rows) {
    if (!isVariant(row)) continue;
    for (const runId of runIdsOf(row, records)) {
      const record = byId.get(runId);
      const parent = record?.parent;
      if (parent !== undefined) users.set(parent, [...new Set([...(users.get(parent) ?? []), row.label])]);
      // Variants with the same settings share a run; the first of them lends it its name.
      if (found.has(runId)) continue;
      found.set(runId, {
        runId,
        record,
        label: row.label,
        back: rowAnchors.get(row.key),
        differences: base && record && differencesOf(base, record),
        state: stateOf(record),
      });
    }
  }
  for (const [runId, labels] of users) {
    const record = byId.get(runId);
    const of = labels.length > 2 ? `${labels.length} variants` : labels.map((label) => `“${label}”`).join(' and ');
    if (!found.has(runId))
      found.set(runId, {
        runId,
        record,
        label: `Stage one of ${of}`,
        back: undefined,
        differences: undefined,
        state: stateOf(record),
      });
  }
  return [...found.values()];
}

/** The runs behind a row's cells, and those of its seeds that failed and are behind none. */
function runIdsOf(row: ResultRow, records: readonly RunRecord[]): Set<string> {
  const config = configOf(row, records);
  const failed = records.filter(
    (record) =>
      record.status === 'failed' &&
      record.kind === 'finetune' &&
      config &&
      configDifferences(config, record.config).length === 0,
  );
  return new Set([
    ...Object.values(row.cells).flatMap((cell) => cell?.runIds ?? []),
    ...failed.map(({ runId }) => runId),
  ]);
}

const stateOf = (record: RunRecord | undefined): string => record?.status ?? 'no record';

function differencesOf(base: unknown, { config }: RunRecord): Html | undefined {
  const differences = configDifferences(base, config);
  if (differences.length === 0) return undefined;
  return html`${differences.map(({ path, from, to }) => html`<div><code>${path}</code> ${settingText(from, path)} → ${settingText(to, path)}</div>`)}`;
}

/** How often a run was tried; what ended it last, where it was tried again after that. */
function attemptsCell(attempts: readonly Attempt[]): Html {
  const last = attempts.length > 1 ? attempts.filter(({ end }) => end !== 'done').at(-1) : undefined;
  return html`<td class="attempts" data-value="${attempts.length}">
    ${attempts.length === 0 ? '–' : attempts.length}${last && html`<div class="muted">${last.end}${last.message && `: ${last.message}`}</div>`}
  </td> `;
}

function orderCell(record: RunRecord | undefined): Html {
  const { pretrain, finetune } = record?.result?.order ?? {};
  const order = [
    { stage: 'one', hash: pretrain },
    { stage: 'two', hash: finetune },
  ].filter(({ hash }) => hash !== undefined);
  return html`<td class="text">
    ${order.length === 0 ? html`<span class="muted">–</span>` : order.map(({ stage, hash }) => html`<div><span class="muted">${stage}</span> <code>${hash!.slice(0, 8)}</code></div>`)}
  </td> `;
}
