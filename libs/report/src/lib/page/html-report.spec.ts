import { findSweeps } from '../plots/find-sweeps';
import { toHtml } from './html-report';
import { escapeHtml, html } from '../html-text';
import { placeLabels } from '../plots/label-placement';
import { plotSvg } from '../plots/plot-svg';
import { queryWins } from './query-wins';
import { syntheticSweep } from '../synthetic-sweep.fixture';

const input = syntheticSweep();
const page = toHtml(input);

describe('toHtml', () => {
  it('is one file that asks nothing of any network', () => {
    const addresses = page.match(/https?:\/\/[^"'<> ]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(page).not.toMatch(/<(link|img|iframe|script src)|@import|url\((?!#)/);
    expect(page).toContain("default-src 'none'");
  });

  it('gives the same bytes for the same input', () => {
    expect(toHtml(syntheticSweep())).toBe(page);
  });

  it('escapes labels, questions and commands', () => {
    expect(page).not.toContain('<b>_hot_</b>');
    expect(page).not.toContain('<which>');
    expect(page).toContain('[Rate] 5 | 100% &lt;b&gt;_hot_&lt;/b&gt;');
    expect(html`<a title="${'"><script>'}">${[html`<i></i>`, '&', null, 1]}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;"><i></i>&amp;1</a>',
    );
    expect(escapeHtml('a\u0000b')).toBe('a\ufffdb');
  });

  it('marks the baseline, bolds the best, and names what is missing with its command', () => {
    expect(page).toMatch(
      /<tr\s+id="row-5"\s+data-kind="Baseline"\s+tabindex="-1"\s+class="baseline"\s*>\s*<th scope="row" data-value="Full recipe">/,
    );
    const best = Math.max(...input.table.rows.map((row) => row.cells['nDCG@10']?.value ?? 0));
    expect(page).toContain(`<b>${best.toFixed(4)}</b></a>`);
    expect(page).toContain('<a href="#missing-a"');
    expect(page).toContain('Fill with <code>npx ablate recipe --set &quot;finetune.learningRate=5&quot;</code>');
  });

  it('names every plot for those who do not see it, and repeats no id', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const plots = page.match(/<svg role="img" aria-labelledby="([^"]+)"/g) ?? [];
    expect(plots).toHaveLength(2 * 2 + 2 * 6 + 2 + 5);
    for (const plot of plots) expect(page).toContain(`<title id="${/labelledby="([^"]+)"/.exec(plot)![1]}">`);
    for (const [reference] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(reference.slice(5, -1));
  });

  it('leaves colours to the theme: no plot has one of its own', () => {
    const drawings = page.match(/<svg[\s\S]*?<\/svg>/g)!.join('');
    expect(drawings).not.toMatch(/(fill|stroke)="#/);
    expect(drawings).toContain('stroke="var(--accent)"');
  });

  it('needs only the table', () => {
    const bare = toHtml({ table: input.table });
    expect(bare).toContain('In the paper');
    expect(bare).not.toContain('Learning curves');
    expect(bare).not.toContain('One setting at a time');
  });

  it('says so when nothing has run yet', () => {
    const missing = { why: 'not run yet', command: 'npx nx run ablate' };
    const rows = input.table.rows.map((row) => ({
      ...row,
      cells: { 'nDCG@10': { value: null, n: 0, runIds: [], missing } },
    }));
    const empty = toHtml({ table: { ...input.table, rows } });
    expect(empty).toContain('The baseline has no result yet.');
    expect(empty).not.toContain('id="variants"');
  });
});

describe('findSweeps', () => {
  it('finds the numbers that rows differ in alone; 0 trainable layers means all and comes last', () => {
    const sweeps = findSweeps(input.table, input.records);
    expect(sweeps.map(({ label }) => label)).toEqual([
      'Trainable layers (from the top)',
      'Negatives a query',
      'finetune.learningRate',
      'Weight of the loss',
    ]);
    expect(sweeps[0]!.settings[0]!.points.map(({ setting }) => setting)).toEqual([1, 2, 3, 0]);
    expect(sweeps[3]!.settings).toHaveLength(3);
  });
});

describe('queryWins', () => {
  it('counts every query of the baseline once', () => {
    const rows = queryWins(input.table, input.records, 'nDCG@10');
    expect(rows.map(({ label }) => label)).not.toContain('Full recipe');
    for (const { wins, ties, losses } of rows) expect(wins + ties + losses).toBe(200);
    expect(rows.find(({ label }) => label === 'Zero-shot')!.losses).toBeGreaterThan(150);
  });
});

describe('placeLabels', () => {
  it('prefers the right, avoids dots and edges, and gives up where nothing fits', () => {
    const area = { left: 0, right: 300, top: 0, bottom: 100 };
    const dots = [
      { x: 50, y: 50, text: 'abcd' },
      { x: 280, y: 50, text: 'abcd' },
      { x: 150, y: 50, text: 'x'.repeat(99) },
    ];
    expect(placeLabels(dots, area)).toEqual(['right', 'left', undefined]);
  });
});

describe('plotSvg', () => {
  it('writes tooltips as escaped titles and text as text', () => {
    const option = {
      xAxis: { type: 'category' as const, data: ['<i> #ffffff'] },
      yAxis: {},
      series: [{ type: 'bar' as const, data: [1] }],
    };
    const svg = plotSvg({ id: 'p', title: 'A & B', option, width: 300, height: 200, tooltip: () => 'x < y' }).text;
    expect(svg).toContain('<title id="p-title">A &amp; B</title>');
    expect(svg).toContain('<title>x &lt; y</title>');
    expect(svg).toContain('&lt;i&gt; #ffffff');
    expect(svg).not.toMatch(/ecmeta|class="zr|<style/);
  });
});
