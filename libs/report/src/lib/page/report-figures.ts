import type { ResultTable } from '@tsarank/ablation';
import { costPlot } from '../plots/cost-plot';
import { findSweeps } from '../plots/find-sweeps';
import { html, unbroken } from '../html-text';
import type { Html } from '../html-text';
import { learningCurvePlots } from '../plots/learning-curve-plot';
import { plotSvg } from '../plots/plot-svg';
import type { Plot } from '../plots/plot-svg';
import { outOfDomainColumn, primaryColumn, secondsColumn } from '../report-input';
import type { ReportInput } from '../report-input';
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

export function variantFigures({ table }: ReportInput): Html | undefined {
  const columns = [primaryColumn(table), outOfDomainColumn(table)].filter((column) => column !== undefined);
  const figures = columns.flatMap((column, at) => {
    const caption =
      at > 0
        ? ''
        : `A stem leads from the baseline to each variant; a filled dot is a difference at p < 0.05, a hollow one may be chance. The dashed line is BM25.${hasSeeds(table) ? ' Short strokes: the seeds.' : ''}`;
    const found = figure((width, id) => variantPlot(table, column, { id, width }), `variants-${at}`, caption);
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
  const bars = hasSeeds(table)
    ? ' Bars: a standard deviation over seeds each way; small dots: the seeds.'
    : ' Bars: the difference to the baseline plus and minus 1.96 standard errors over queries. A bar that crosses the thin line, the baseline, is within noise.';
  return panels(
    plots,
    `Variants that differ from the baseline in one number. The ring is the baseline, the dashed line BM25, or a note where BM25 lies outside the plot; axes do not start at 0.${bars}`,
    'panels pairs',
  );
}

function curvesCaption(table: ResultTable): string {
  const seeds = hasSeeds(table)
    ? ' Lines are means over seeds; the band reaches from the lowest to the highest seed of the baseline.'
    : '';
  return `Bold line: the baseline. Thin lines: the other variants; hover one to see its name. Each point is the mean over a stretch of steps.${seeds}`;
}

const hasSeeds = (table: ResultTable): boolean =>
  table.rows.some(({ cells }) => Object.values(cells).some((cell) => (cell?.values?.length ?? 0) > 1));

export function costFigure({ table }: ReportInput): Html | undefined {
  const quality = primaryColumn(table);
  const seconds = secondsColumn(table);
  if (!quality || !seconds) return undefined;
  const caption =
    'Training and scoring of one run, stage one included. The filled dot is the baseline. Where dots lie too close for names, hover a dot or see the table.';
  return figure((width, id) => costPlot(table, { quality, seconds, id, width }), 'cost', caption);
}

export function curveFigures({ table, records = [], losses = [] }: ReportInput): Html | undefined {
  return panels(learningCurvePlots(table, losses, records).map(plotSvg), curvesCaption(table));
}
