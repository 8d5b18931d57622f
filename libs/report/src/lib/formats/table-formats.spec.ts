import type { ResultTable } from '@tsarank/ablation';
import { toCsv } from './csv-table';
import { toJson } from './json-table';
import { toLatex } from './latex-table';
import { escapeLatex } from './latex-text';
import { escapeMarkdown, toMarkdown } from './markdown-table';
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
