import type { ResultTable } from '@tsarank/ablation';
import { toHtml } from '../page/html-report';
import { publishedContext } from '../published/published-context';
import { toCsv } from './csv-table';
import { toJson } from './json-table';
import { toLatex } from './latex-table';
import { escapeLatex } from './latex-text';
import { toMarkdown } from './markdown-table';
import { escapeMarkdown } from './markdown-text';
import { provenance } from './provenance';
import { syntheticSweep } from '../synthetic-sweep.fixture';

const cell = (value: number, more: object = {}) => ({ value, n: 1, runIds: ['r1'], ...more });
const small: ResultTable = {
  experiment: 'small',
  question: 'Which?',
  baseline: 'base',
  columns: [
    { key: 'nDCG@10', label: 'nDCG@10', direction: 'higher', digits: 3 },
    { key: 'loss', label: 'Loss', direction: 'lower', digits: 1 },
    { key: 'seconds', label: 'Seconds', unit: 's', direction: 'none', digits: 0 },
  ],
  rows: [
    { key: 'base', label: 'base', cells: { 'nDCG@10': cell(0.3), loss: cell(2), seconds: cell(9) } },
    {
      key: 'up',
      label: '=1+1, "x" | y_',
      cells: {
        'nDCG@10': cell(0.3504, { difference: 0.0504, p: 0.004, spread: 0.01, n: 3 }),
        loss: cell(3),
        seconds: cell(10),
      },
    },
    {
      key: 'same',
      label: 'same',
      cells: { 'nDCG@10': cell(0.2996, { difference: -0.0004, p: 0.9 }), loss: cell(2.04), seconds: undefined },
    },
    {
      key: 'gone',
      label: 'gone',
      cells: {
        'nDCG@10': {
          value: null,
          n: 0,
          runIds: ['r9'],
          missing: { why: 'not run yet', command: 'npx ablate `x` --set a_b=1' },
        },
      },
    },
  ],
  notes: ['Seeds: 0 & 1.'],
};

const losses = [1, 2, 2.04, 3].map((value, at) => ({
  key: `r${at}`,
  label: `r${at}`,
  cells: { loss: cell(value, { runIds: [`${at}`.repeat(16)] }) },
}));
const ranked: ResultTable = { ...small, columns: [small.columns[1]!], rows: losses };

describe('the second best of a column', () => {
  it('is underlined (in italics in Markdown), ties by the digits shown included', () => {
    const markdown = toMarkdown(ranked, { published: false });
    for (const row of [/r0 +\| +\*\*1\.0\*\* \|/, /r1 +\| +_2\.0_ \|/, /r2 +\| +_2\.0_ \|/, /r3 +\| +3\.0 \|/])
      expect(markdown).toMatch(row);
    expect(markdown).toContain('Bold: best measured value of the column; italics: second best.');
    const latex = toLatex(ranked);
    expect(latex.match(/\\underline\{2\.0\}/g)).toHaveLength(2);
    expect(latex).toContain('underlined: second best');
  });

  it('is not marked where it is the worst, too', () => {
    const two = { ...ranked, rows: losses.slice(0, 3) };
    expect(toMarkdown(two)).not.toMatch(/_2\.0_|second best/);
  });
});

describe('columns that no run fills', () => {
  const missing = { value: null, n: 0, runIds: [], missing: { why: 'failed', command: 'again' } };
  const perplexity = { key: 'perplexity', label: 'Perplexity', direction: 'lower' as const, digits: 1 };
  const done = (key: string) => ({ key, label: key, cells: { loss: cell(2), perplexity: undefined } });
  const failed = { key: 'failed', label: 'failed', cells: { loss: missing, perplexity: missing } };
  const table = {
    ...small,
    baseline: 'a',
    columns: [small.columns[1]!, perplexity],
    rows: [done('a'), done('b'), failed],
  };

  it('are left out, also where a failed run misses them; data formats keep their form', () => {
    expect(toMarkdown(table, { published: false })).not.toContain('Perplexity');
    expect(toLatex(table)).not.toContain('Perplexity');
    expect(toHtml({ table })).not.toMatch(/<th[^>]*>\s*Perplexity/);
    expect((JSON.parse(toJson(table)) as ResultTable).columns).toHaveLength(2);
    expect(toCsv(table).split('\r\n')[0]!.split(',')).toHaveLength(18);
    expect(toCsv(table)).not.toContain('a,a,1,perplexity');
  });

  it('stay while their runs are still to be done', () => {
    const waiting = { ...table, rows: [{ key: 'a', label: 'a', cells: { loss: missing, perplexity: missing } }] };
    expect(toMarkdown(waiting, { published: false })).toContain('Perplexity');
    // BM25 has no perplexity, whatever has run.
    const bm25 = { key: 'bm25', label: 'BM25', cells: { loss: cell(3) } };
    expect(toMarkdown({ ...waiting, rows: [bm25, ...waiting.rows] }, { published: false })).toContain('Perplexity');
  });
});

describe('a measure that is no mean', () => {
  const columns = [
    { key: 'GMAP', label: 'GMAP', direction: 'higher' as const, digits: 4, summary: 'geometric mean' as const },
    { key: 'NumRelRet', label: 'NumRelRet', direction: 'higher' as const, digits: 0, summary: 'sum' as const },
  ];
  const rows = ['bm25', 'base'].map((key) => ({ key, label: key, cells: { GMAP: cell(0.002), NumRelRet: cell(9) } }));
  const table: ResultTable = { ...small, columns, rows };

  it('is said to be none in every text format, and a count is no percentage of the paper', () => {
    for (const text of [toMarkdown(table), toLatex(table), toHtml({ table })]) {
      expect(text).toContain('GMAP: geometric mean over queries.');
      expect(text).toContain('NumRelRet: sum over queries.');
      expect(text).not.toContain('900.0');
    }
    const { rows: ours } = publishedContext('small', { table });
    expect(ours.filter(({ origin }) => origin === 'ours').map(({ cells }) => cells[2])).toEqual(['GMAP']);
  });
});

describe('control characters of labels, questions and commands', () => {
  const evil = 'a\u001b[31mb\u009b0m\u202ec\u2028d\u007f';
  const gone = { value: null, n: 0, runIds: [], missing: { why: evil, command: `run ${evil}` } };
  const table: ResultTable = {
    ...small,
    experiment: evil,
    question: evil,
    columns: [{ ...small.columns[1]!, label: evil }],
    rows: [
      { key: 'base', label: evil, group: evil, cells: { loss: cell(1) } },
      { key: 'gone', label: evil, cells: { loss: gone } },
    ],
    notes: [evil],
  };
  // eslint-disable-next-line no-control-regex
  const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/;

  it.each([
    ['Markdown', toMarkdown(table)],
    ['CSV', toCsv(table)],
    ['JSON', toJson(table)],
    ['LaTeX', toLatex(table, { standalone: true })],
    ['HTML', toHtml({ table, commands: [evil] })],
  ])('reach nothing that shows a table as %s', (_, text) => {
    expect(text).not.toMatch(CONTROL);
  });

  it('come back from JSON as they were', () => {
    expect((JSON.parse(toJson(table)) as ResultTable).rows[0]!.label).toBe(evil);
  });

  it('do not hide a formula from the apostrophe', () => {
    const formula = {
      ...small,
      rows: ['=1', ' =1', '\t=1', '\n@x'].map((key) => ({ key, label: key, cells: { loss: cell(1) } })),
    };
    for (const label of toCsv(formula).matchAll(/^small,,"?(.)/gm)) expect(label[1]).toBe("'");
  });
});

describe('the runs behind a table', () => {
  it('are listed by row with ids as short as they can be told apart', () => {
    const ids = ['aaaaaaaa00000000', 'aaaaaaaa11111111'];
    const table: ResultTable = {
      ...ranked,
      rows: losses.slice(0, 2).map((row, at) => ({ ...row, cells: { loss: cell(at, { runIds: [ids[at]] }) } })),
    };
    expect(toMarkdown(table, { published: false })).toContain('Runs:\n\n- r0: `aaaaaaaa0`\n- r1: `aaaaaaaa1`\n');
    expect(toLatex(table)).toContain('\n% runs of r0: aaaaaaaa00000000\n% runs of r1: aaaaaaaa11111111\n');
  });

  it('are named with the columns where a row has several', () => {
    const row = {
      key: 'a',
      label: 'a',
      cells: { loss: cell(1, { runIds: ['1'] }), seconds: cell(1, { runIds: ['1', '2'] }) },
    };
    const found = provenance({ ...small, rows: [row] });
    expect(found).toEqual([
      { rows: ['a'], columns: ['Loss'], runIds: ['1'] },
      { rows: ['a'], columns: ['Seconds'], runIds: ['1', '2'] },
    ]);
  });

  it('have their own values in the CSV', () => {
    const row = {
      key: 'a',
      label: 'a',
      cells: { loss: cell(1.5, { runIds: ['1', '2'], values: [1, 2], n: 2, spread: 0.7 }) },
    };
    expect(toCsv({ ...ranked, rows: [row] }).split('\r\n')[1]).toBe(
      'small,,a,a,0,loss,Loss,,lower,1.5,0.7,2,,,1 2,1 2,,',
    );
  });
});

describe('toMarkdown', () => {
  const lines = toMarkdown(small, { published: false }).split('\n');
  const rowOf = (start: string): string => lines.find((line) => line.startsWith(`| ${start}`))!;

  it('puts the best of each column in bold, by its direction and the digits shown', () => {
    expect(rowOf('base')).toMatch(/\| +0\.300 \| +\*\*2\.0\*\* \| +9 \|/);
    expect(rowOf('=1')).toContain('**0.350**');
    expect(rowOf('same')).toContain('**2.0**');
  });

  it('shows spread, signed difference and mark, and no zero with a sign', () => {
    expect(rowOf('=1')).toContain('**0.350** (±0.010) (+0.050‡)');
    expect(rowOf('same')).toContain('0.300 (±0.000)');
  });

  it('escapes what Markdown would read as markup', () => {
    expect(rowOf('=1')).toContain('"x" \\| y\\_');
    expect(escapeMarkdown('a*b <b> [l](u) `c` &amp; a_b 3 < 4')).toBe(
      'a\\*b &lt;b> \\[l\\](u) \\`c\\` &amp;amp; a_b 3 < 4',
    );
  });

  it('names a missing cell, why, and the command that fills it', () => {
    expect(rowOf('gone')).toContain('missing [a]');
    expect(lines).toContain('- [a] gone: not run yet: `` npx ablate `x` --set a_b=1 ``');
  });

  it('gives every row of the table the same width', () => {
    const widths = lines.filter((line) => line.startsWith('|')).map((line) => [...line].length);
    expect(new Set(widths).size).toBe(1);
  });

  it("sets the paper's figures beside ours, with the difference in setting", () => {
    const text = toMarkdown(syntheticSweep().table);
    expect(text).toMatch(/### In the paper/);
    expect(text).toMatch(/\| Full recipe +\| ours, in domain/);
    expect(text).toMatch(/\| BLOOM 560M +\| TREC DL 2019 +\| nDCG@10 +\| +50\.6 \| +75\.3 \| \+24\.7 \|/);
    expect(text).toMatch(/Not comparable as absolute values\. Model: 560M to 7B weights \(paper\), tiny/);
  });
});

describe('toCsv', () => {
  const lines = toCsv(small).trimEnd().split('\r\n');

  it('writes one line a cell at full precision, with run ids', () => {
    expect(lines[0]!.split(',')).toHaveLength(18);
    expect(lines[1]).toBe('small,,base,base,1,nDCG@10,nDCG@10,,higher,0.3,,1,,,r1,,,');
    expect(lines).toHaveLength(1 + 3 + 3 + 2 + 1);
  });

  it('quotes, and disarms what a spreadsheet would run', () => {
    expect(lines[4]).toContain(`,"'=1+1, ""x"" | y_",`);
  });

  it('keeps reason and command of a missing cell', () => {
    expect(lines.at(-1)).toContain('r9,,not run yet,npx ablate `x` --set a_b=1');
  });
});

describe('toJson', () => {
  it('is the table itself with the context beside it', () => {
    const { inThePaper, ...table } = JSON.parse(toJson(small)) as ResultTable & { inThePaper: { rows: unknown[] } };
    expect(table).toEqual(JSON.parse(JSON.stringify(small)));
    expect(inThePaper.rows).toHaveLength(12);
  });
});

describe('toLatex', () => {
  it('sets bold, differences and footnotes in booktabs style', () => {
    const text = toLatex(small);
    expect(text).toContain('\\toprule');
    expect(text).toContain('\\textbf{0.350}\\,\\ablateminor{$\\pm$0.010}');
    expect(text).toContain(' & \\ablateminor{$+$0.050$^{\\ddagger}$} &  &  \\\\');
    expect(text).toContain('{}gone & --\\textsuperscript{a} & -- & --');
    expect(text).toContain('\\textsuperscript{a}~gone: not run yet. Fill with:');
  });

  it('escapes every character that LaTeX would act on', () => {
    expect(escapeLatex('a_b & 50% #1 {x} $y$ ~^\\ --set')).toBe(
      'a\\_b \\& 50\\% \\#1 \\{x\\} \\$y\\$ \\textasciitilde{}\\textasciicircum{}\\textbackslash{} -{}-set',
    );
    expect(escapeLatex('Touché λ → 雪')).toBe('Touché $\\lambda$ $\\rightarrow$ \\texttt{U+96EA}');
  });
});
