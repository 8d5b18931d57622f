import type { PaperReference, ResultTable } from '@tsarank/ablation';
import { costPlot } from './cost-plot';
import { findSweeps } from './find-sweeps';
import { htmlTable } from './html-table';
import { Html, html, unbroken } from './html-text';
import { learningCurvePlots } from './learning-curve-plot';
import { PAGE_SCRIPT } from './page-script';
import { PAGE_STYLE } from './page-style';
import { paperSection } from './paper-section';
import { plotSvg } from './plot-svg';
import type { Plot } from './plot-svg';
import { publishedContext } from './published-context';
import { moversSection } from './movers-section';
import { queryMovers } from './query-movers';
import { queryWins, queryWinsTable } from './query-wins';
import { baselineRow, configOf, outOfDomainColumn, primaryColumn, secondsColumn } from './report-input';
import type { ReportInput } from './report-input';
import { reportLead } from './report-lead';
import { rowKinds } from './row-kinds';
import { settings } from './run-settings';
import { listedRuns, runTable } from './run-table';
import { sweepPlot } from './sweep-plot';
import { variantPlot } from './variant-plot';

interface Section {
  id: string;
  title: string;
  body: Html;
}

/** The widths a large plot is drawn in; the page shows the one that fits. */
const WIDTHS = { wide: 920, narrow: 358 } as const;

/**
 * The report as one static page: no request to anywhere, plots already drawn, readable on paper, on a phone, in light
 * and in dark. The same input always gives the same bytes.
 */
export function toHtml(input: ReportInput & { paper?: PaperReference }): string {
  const { table, records = [], losses = [], commands = [], paper } = input;
  const config = configOf(baselineRow(table), records);
  const anchors = new Map(table.rows.map(({ key }, at) => [key, `row-${at + 1}`]));
  const listed = { kinds: rowKinds(table, records), anchors, runs: listedRuns(table, records) };
  const sections = [
    section('results', 'Results', htmlTable(table, listed)),
    section('variants', 'Every variant', variantFigures(input)),
    section('settings', 'One setting at a time', sweepFigures(input)),
    section('cost', 'Quality and cost', costFigure(input)),
    section('curves', 'Learning curves', panels(learningCurvePlots(table, losses, records).map(plotSvg), curvesCaption(table))),
    section('queries', 'Queries won and lost', wins(input)),
    section('runs', 'Runs', records.length > 0 ? runTable(table, { records, attempts: input.attempts ?? new Map(), rowAnchors: anchors }) : undefined),
    section('paper', 'In the paper', paperSection(publishedContext(table.experiment, { table, ...(config ? { config } : {}), ...(paper ? { paper } : {}) }))),
    section('made', 'How this was made', making(commands, settings(table, records))),
  ].filter((found) => found !== undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${table.experiment}: ${table.question}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
<header>
<p class="name">Ablation <code>${table.experiment}</code></p>
<h1>${table.question}</h1>
<p class="lead">${unbroken(reportLead(table))}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>
`)}</main>
<footer>Made by tsarank from run records; the same records give the same page.</footer>
<script>${new Html(PAGE_SCRIPT)}</script>
</body>
</html>
`.text;
}

function section(id: string, title: string, body: Html | undefined): Section | undefined {
  return body && { id, title, body };
}

type Draw = (width: number, id: string) => Plot | undefined;

/** The same plot drawn for a wide and for a narrow page. */
function bothSizes(draw: Draw, id: string, widths: { wide: number; narrow: number } = WIDTHS): Html[] {
  return (['wide', 'narrow'] as const).flatMap((size) => {
    const plot = draw(widths[size], `${id}-${size}`);
    return plot ? [html`<div class="${size}">${plotSvg(plot)}</div>`] : [];
  });
}

function figure(draw: Draw, id: string, caption: string): Html | undefined {
  const drawn = bothSizes(draw, id);
  return drawn[0] && html`<figure>${drawn}${caption && html`<figcaption>${unbroken(caption)}</figcaption>`}</figure>`;
}

function panels(drawn: readonly Html[], caption: string, kind = 'panels'): Html | undefined {
  return drawn.length === 0 ? undefined : html`<figure><div class="${kind}">${drawn.map((plot) => html`<div>${plot}</div>`)}</div><figcaption>${caption}</figcaption></figure>`;
}

function variantFigures({ table }: ReportInput): Html | undefined {
  const columns = [primaryColumn(table), outOfDomainColumn(table)].filter((column) => column !== undefined);
  const figures = columns.flatMap((column, at) => {
    const caption = at > 0 ? '' : `A stem leads from the baseline to each variant; a filled dot is a difference at p < 0.05, a hollow one may be chance. The dashed line is BM25.${hasSeeds(table) ? ' Short strokes: the seeds.' : ''}`;
    const found = figure((width, id) => variantPlot(table, column, { id, width }), `variants-${at}`, caption);
    return found ? [html`<h3>${column.label}</h3>${found}`] : [];
  });
  return figures.length > 0 ? html`${figures}` : undefined;
}

function sweepFigures({ table, records = [] }: ReportInput): Html | undefined {
  const columns = [primaryColumn(table), outOfDomainColumn(table)].filter((column) => column !== undefined);
  const plots = findSweeps(table, records).flatMap((sweep, at) =>
    columns.flatMap((column, which) => {
      const drawn = bothSizes((width, id) => sweepPlot(table, sweep, column, { id, width }), `sweep-${at}-${which}`, { wide: 450, narrow: WIDTHS.narrow });
      return drawn.length > 0 ? [html`${drawn}`] : [];
    }),
  );
  const seeds = hasSeeds(table) ? ' Bars: a standard deviation over seeds each way; small dots: the seeds.' : '';
  return panels(plots, `Variants that differ from the baseline in one number. The ring is the baseline, the dashed line BM25; axes do not start at 0.${seeds}`, 'panels pairs');
}

function curvesCaption(table: ResultTable): string {
  const seeds = hasSeeds(table) ? ' Lines are means over seeds; the band reaches from the lowest to the highest seed of the baseline.' : '';
  return `Bold line: the baseline. Thin lines: the other variants; rest on one to see its name. Each point is the mean over a stretch of steps.${seeds}`;
}

const hasSeeds = (table: ResultTable): boolean => table.rows.some(({ cells }) => Object.values(cells).some((cell) => (cell?.values?.length ?? 0) > 1));

function costFigure({ table }: ReportInput): Html | undefined {
  const quality = primaryColumn(table);
  const seconds = secondsColumn(table);
  if (!quality || !seconds) return undefined;
  const caption = 'Training and scoring of one run, stage one included. The filled dot is the baseline. A dot without a name is too crowded for one; rest on it, or see the table.';
  return figure((width, id) => costPlot(table, { quality, seconds, id, width }), 'cost', caption);
}

function wins({ table, records = [], texts }: ReportInput): Html | undefined {
  const column = primaryColumn(table);
  const rows = column ? queryWins(table, records, column.key) : [];
  if (!column || rows.length === 0) return undefined;
  const moved = rows.flatMap((row, at) => {
    const movers = queryMovers(table, table.rows.find(({ key }) => key === row.key)!, records, { measure: column.key, count: MOVERS });
    return movers.improved.length + movers.worsened.length > 0 ? [{ wins: row, movers, anchor: `moved-${at + 1}` }] : [];
  });
  const anchors = new Map(moved.map(({ wins, anchor }) => [wins.key, anchor]));
  return html`${queryWinsTable(rows, { measure: column.key, baseline: baselineRow(table)!.label, moved: anchors })}
${moved.length > 0 && moversSection(moved, { measure: column.key, digits: column.digits, texts })}`;
}

/** Queries shown of those a row gains on, and of those it loses on. */
const MOVERS = 5;

function making(commands: readonly string[], common: Html | undefined): Html | undefined {
  if (commands.length === 0 && !common) return undefined;
  return html`${commands.length > 0 && html`<pre tabindex="0">${commands.join('\n')}</pre>`}${common}`;
}
