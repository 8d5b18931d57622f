import type { ResultColumn, ResultTable } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { costPlot } from '../plots/cost-plot';
import { findSweeps } from '../plots/find-sweeps';
import { html, unbroken, type Html } from '../html-text';
import { noiseAt } from '../noise';
import { learningCurvePlots } from '../plots/learning-curve-plot';
import { plotSvg, type Plot } from '../plots/plot-svg';
import { outOfDomainColumn, primaryColumn, secondsColumn, type ReportInput } from '../report-input';
import { sweepPlot } from '../plots/sweep-plot';
import { variantPlot } from '../plots/variant-plot';

/** The widths a large plot is drawn in; the page shows the one that fits. */
const WIDTHS = { wide: 920, narrow: 358 } as const;

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
  return drawn.length === 0
    ? undefined
    : html`<figure>
        <div class="${kind}">${drawn.map((plot) => html`<div>${plot}</div>`)}</div>
        <figcaption>${caption}</figcaption>
      </figure>`;
}

export function variantFigures({ table, records = [] }: ReportInput): Html | undefined {
  const columns = [primaryColumn(table), outOfDomainColumn(table)].filter((column) => column !== undefined);
  const figures = columns.flatMap((column, at) => {
    const caption =
      at > 0
        ? ''
        : `Each stem is a variant's difference to the baseline. Filled dots differ at p < 0.05; hollow ones are within noise. ${bars(table, column, records)} BM25 is a dashed line, or named at the edge where it is out of range.${hasSeeds(table) ? ' Short strokes: the seeds.' : ''}`;
    const found = figure((width, id) => variantPlot(table, column, { id, width, records }), `variants-${at}`, caption);
    return found
      ? [
          html`<h3>${column.label}</h3>
            ${found}`,
        ]
      : [];
  });
  return figures.length > 0 ? html`${figures}` : undefined;
}

export function sweepFigures({ table, records = [] }: ReportInput): Html | undefined {
  const columns = [primaryColumn(table), outOfDomainColumn(table)].filter((column) => column !== undefined);
  const plots = findSweeps(table, records).flatMap((sweep, at) =>
    columns.flatMap((column, which) => {
      const drawn = bothSizes(
        (width, id) => sweepPlot(table, sweep, column, { id, width, records }),
        `sweep-${at}-${which}`,
        {
          wide: 450,
          narrow: WIDTHS.narrow,
        },
      );
      return drawn.length > 0 ? [html`${drawn}`] : [];
    }),
  );
  const seeds = hasSeeds(table) ? ' Small dots: the seeds.' : '';
  return panels(
    plots,
    `Variants that differ from the baseline in one setting. The ring and the thin line are the baseline. ${bars(table, columns[0], records)}${seeds} BM25 is a dashed line, or named at the edge where it is out of range. Axes do not start at 0.`,
    'panels pairs',
  );
}

/** What the bars of the plots are. */
function bars(table: ResultTable, column: ResultColumn | undefined, records: readonly RunRecord[]): string {
  if (hasSeeds(table)) return 'Bars: one standard deviation over seeds each way.';
  const drawn = column && table.rows.some((row) => noiseAt(table, row, column, records));
  return drawn ? 'Bars: 95% interval of the difference to the baseline, over queries.' : '';
}

function curvesCaption(table: ResultTable): string {
  const seeds = hasSeeds(table)
    ? " Lines are means over seeds; the band spans the baseline's lowest to highest seed."
    : '';
  return `Bold line: the baseline. Thin lines: the other variants; hover one to see its name. Each point is a mean over consecutive steps.${seeds}`;
}

const hasSeeds = (table: ResultTable): boolean =>
  table.rows.some(({ cells }) => Object.values(cells).some((cell) => (cell?.values?.length ?? 0) > 1));

export function costFigure({ table }: ReportInput): Html | undefined {
  const quality = primaryColumn(table);
  const seconds = secondsColumn(table);
  if (!quality || !seconds) return undefined;
  const caption =
    'Seconds of training and scoring for one run, including stage one. The filled dot is the baseline. Hover a point to see its name.';
  return figure((width, id) => costPlot(table, { quality, seconds, id, width }), 'cost', caption);
}

export function curveFigures({ table, records = [], losses = [] }: ReportInput): Html | undefined {
  return panels(learningCurvePlots(table, losses, records).map(plotSvg), curvesCaption(table));
}
