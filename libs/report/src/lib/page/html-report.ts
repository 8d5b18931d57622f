import type { PaperReference } from '@tsarank/ablation';
import { htmlTable } from './html-table';
import { Html, html } from '../html-text';
import { PAGE_SCRIPT } from './page-script';
import { PAGE_STYLE } from './page-style';
import { paperSection } from './paper-section';
import { publishedContext } from '../published/published-context';
import { moversSection, queryMovers } from './query-movers';
import { queryWins, queryWinsTable } from './query-wins';
import { perQueryLabel } from '../query-pairs';
import { baselineRow, configOf, primaryColumn, type ReportInput } from '../report-input';
import { costFigure, curveFigures, sweepFigures, variantFigures } from './report-figures';
import { leadHtml, reportLead } from './report-lead';
import { rowKinds } from './row-kinds';
import { settings } from './run-settings';
import { listedRuns, runTable } from './run-table';

interface Section {
  id: string;
  title: string;
  body: Html;
}

/**
 * The report as one static page: no request to anywhere, plots already drawn, readable on paper, on a phone, in light
 * and in dark. The same input always gives the same bytes.
 */
export function toHtml(input: ReportInput & { paper?: PaperReference }): string {
  const { table, records = [], commands = [], paper } = input;
  const config = configOf(baselineRow(table), records);
  const anchors = new Map(table.rows.map(({ key }, at) => [key, `row-${at + 1}`]));
  const listed = { kinds: rowKinds(table, records), anchors, runs: listedRuns(table, records) };
  const sections = [
    section('results', 'Results', htmlTable(table, listed)),
    section('variants', 'Every variant', variantFigures(input)),
    section('settings', 'One setting at a time', sweepFigures(input)),
    section('cost', 'Quality and cost', costFigure(input)),
    section('curves', 'Learning curves', curveFigures(input)),
    section('queries', 'Queries won and lost', wins(input)),
    section(
      'runs',
      'Runs',
      records.length > 0
        ? runTable(table, { records, attempts: input.attempts ?? new Map(), rowAnchors: anchors })
        : undefined,
    ),
    section(
      'paper',
      'In the paper',
      paperSection(
        publishedContext(table.experiment, { table, ...(config ? { config } : {}), ...(paper ? { paper } : {}) }),
      ),
    ),
    section('made', 'How this was made', making(commands, settings(table, records))),
  ].filter((found) => found !== undefined);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>${table.experiment}: ${table.question}</title>
        <style>
          ${new Html(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#results">Skip to the results</a>
        <header>
          <p class="name">Ablation <code>${table.experiment}</code></p>
          <h1>${table.question}</h1>
          ${leadHtml(reportLead(table))}
          <nav aria-label="Sections">
            <ul>
              ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title, body }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${title}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer>Made by tsarank from its run records.</footer>
        <script>
          ${new Html(PAGE_SCRIPT)};
        </script>
      </body>
    </html> `.text;
}

function section(id: string, title: string, body: Html | undefined): Section | undefined {
  return body && { id, title, body };
}

function wins({ table, records = [], texts }: ReportInput): Html | undefined {
  const column = primaryColumn(table);
  const rows = column ? queryWins(table, records, column.measure ?? column.key) : [];
  if (!column || rows.length === 0) return undefined;
  const moved = rows.flatMap((row, at) => {
    const movers = queryMovers(
      table,
      table.rows.find(({ key }) => key === row.key)!,
      records,
      { measure: column.measure ?? column.key, count: MOVERS },
    );
    return movers.improved.length + movers.worsened.length > 0
      ? [{ wins: row, movers, anchor: `moved-${at + 1}` }]
      : [];
  });
  const anchors = new Map(moved.map(({ wins, anchor }) => [wins.key, anchor]));
  return html`${queryWinsTable(rows, { measure: perQueryLabel(column), baseline: baselineRow(table)!.label, moved: anchors })}
  ${moved.length > 0 && moversSection(moved, { measure: perQueryLabel(column), digits: column.digits, texts })}`;
}

/** Queries shown of those a row gains on, and of those it loses on. */
const MOVERS = 5;

function making(commands: readonly string[], common: Html | undefined): Html | undefined {
  if (commands.length === 0 && !common) return undefined;
  return html`${commands.length > 0 && html`<pre tabindex="0">${commands.join('\n')}</pre>`}${common}`;
}
