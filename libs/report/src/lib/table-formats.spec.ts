import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResultTable } from '@tsarank/ablation';
import { toCsv } from './csv-table';
import { toJson } from './json-table';
import { escapeLatex, toLatex } from './latex-table';
import { escapeMarkdown, toMarkdown } from './markdown-table';
import { syntheticSweep } from './synthetic-sweep.fixture';

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
      cells: { 'nDCG@10': cell(0.3504, { difference: 0.0504, p: 0.004, spread: 0.01, n: 3 }), loss: cell(3), seconds: cell(10) },
    },
    { key: 'same', label: 'same', cells: { 'nDCG@10': cell(0.2996, { difference: -0.0004, p: 0.9 }), loss: cell(2.04), seconds: undefined } },
    {
      key: 'gone',
      label: 'gone',
      cells: { 'nDCG@10': { value: null, n: 0, runIds: ['r9'], missing: { why: 'not run yet', command: 'npx nx run ablate -- `x` --set a_b=1' } } },
    },
  ],
  notes: ['Seeds: 0 & 1.'],
};
const hasLatex = spawnSync('pdflatex', ['--version']).status === 0;
if (!hasLatex) console.warn('pdflatex is not installed: the LaTeX tables are not compiled');

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
    expect(escapeMarkdown('a*b <b> [l](u) `c` &amp; a_b 3 < 4')).toBe('a\\*b &lt;b> \\[l\\](u) \\`c\\` &amp;amp; a_b 3 < 4');
  });

  it('names a missing cell, why, and the command that fills it', () => {
    expect(rowOf('gone')).toContain('missing [a]');
    expect(lines).toContain('- [a] gone: not run yet: `` npx nx run ablate -- `x` --set a_b=1 ``');
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
    expect(lines[0]!.split(',')).toHaveLength(17);
    expect(lines[1]).toBe('small,,base,base,1,nDCG@10,nDCG@10,,higher,0.3,,1,,,r1,,');
    expect(lines).toHaveLength(1 + 3 + 3 + 2 + 1);
  });

  it('quotes, and disarms what a spreadsheet would run', () => {
    expect(lines[4]).toContain(`,"'=1+1, ""x"" | y_",`);
  });

  it('keeps reason and command of a missing cell', () => {
    expect(lines.at(-1)).toContain('r9,not run yet,npx nx run ablate -- `x` --set a_b=1');
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
    expect(text).toContain('\\textbf{0.350}{\\scriptsize~$\\pm$0.010}{\\scriptsize~$+$0.050$^{\\ddagger}$}');
    expect(text).toContain('{}gone & --\\textsuperscript{a} & -- & --');
    expect(text).toContain('\\textsuperscript{a}~gone: not run yet. Fill with:');
  });

  it('escapes every character that LaTeX would act on', () => {
    expect(escapeLatex('a_b & 50% #1 {x} $y$ ~^\\ --set')).toBe(
      'a\\_b \\& 50\\% \\#1 \\{x\\} \\$y\\$ \\textasciitilde{}\\textasciicircum{}\\textbackslash{} -{}-set',
    );
    expect(escapeLatex('Touché λ → 雪')).toBe('Touché $\\lambda$ $\\rightarrow$ \\texttt{U+96EA}');
  });

  (hasLatex ? it : it.skip)('compiles, hostile labels included', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'report-latex-'));
    try {
      for (const table of [small, syntheticSweep().table, { ...small, question: '%$#_{}~^\\&"\'`<>|[]— “é” 雪 †' }]) {
        writeFileSync(path.join(folder, 'table.tex'), toLatex(table, { standalone: true }));
        execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'table.tex'], { cwd: folder, stdio: 'pipe' });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
