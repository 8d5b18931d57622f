import * as echarts from 'echarts';
import type { EChartsOption } from 'echarts';
import { escapeHtml, Html } from '../html-text';
import { INK } from './plot-ink';

export interface Plot {
  /** Unique in its page: prefixes every id inside the drawing. */
  id: string;
  /** What the plot shows, for those who do not see it. */
  title: string;
  option: EChartsOption;
  /** In CSS pixels; the drawing shrinks with its box. */
  width: number;
  height: number;
  /** A mark's tooltip by series and point; none where it returns undefined. */
  tooltip?: (series: number, point: number) => string | undefined;
}

/**
 * A plot as inline SVG, drawn here and not by the reader's browser.
 *
 * Colours come out as the page's CSS variables, so one drawing serves light and dark; ids are made unique and
 * independent of what was drawn before; hover rules are dropped and tooltips become `<title>` elements.
 */
export function plotSvg({ id, title, option, width, height, tooltip }: Plot): Html {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  let svg: string;
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT, fontSize: 12 },
      ...option,
    });
    svg = chart.renderToSVGString();
  } finally {
    // Without this the process would wait for ever on the chart's timers.
    chart.dispose();
  }
  const ids = new Map<string, string>();
  svg = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ class="zr[^"]*"/g, '')
    .replace(/zr\d+-[a-z]+-?\d+/g, (name) => {
      if (!ids.has(name)) ids.set(name, `${id}-${ids.size}`);
      return ids.get(name)!;
    })
    // What the options left to the library's own greys follows the theme as well.
    .replace(/ (fill|stroke|stop-color)="(#[0-9a-f]{3,8})"/gi, (_all, attribute: string, colour: string) => {
      return ` ${attribute}="var(--${INK_NAMES.get(colour.toLowerCase()) ?? 'muted'})"`;
    })
    .replace(
      /<(\w+)([^>]*) ecmeta_series_index="(\d+)"([^>]*)><\/\1>/g,
      (all, tag: string, before: string, series: string, after: string) => {
        const point = /ecmeta_data_index="(\d+)"/.exec(after)?.[1];
        const text = tooltip?.(Number(series), Number(point ?? 0));
        return text === undefined ? all : `<${tag}${before}${after}><title>${escapeHtml(text)}</title></${tag}>`;
      },
    )
    .replace(/ ecmeta_\w+="[^"]*"/g, '')
    .replace(/ pointer-events="visible"/g, '')
    .replace(/\n\s*/g, '');
  const open = `<svg role="img" aria-labelledby="${id}-title" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg"><title id="${id}-title">${escapeHtml(title)}</title>`;
  return new Html(svg.replace(/^<svg[^>]*>/, () => open));
}

const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif';
const INK_NAMES = new Map<string, string>(Object.entries(INK).map(([name, colour]) => [colour, name]));
