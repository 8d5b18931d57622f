import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResultTable } from '@tsarank/ablation';
import { inventedRows, paperLatex, paperTable, syntheticSweep, toLatex } from '@tsarank/report';

const hasLatex = spawnSync('pdflatex', ['--version']).status === 0;
if (!hasLatex) console.warn('pdflatex is not installed: that LaTeX tables compile and fit their page is not tested');

/** Points by which a line may stick out: a table's widths are chosen from estimates, and a hostile label has no place to break. */
const OVERFULL_LIMIT = 8;
const HOSTILE = '%$#_{}~^\\&"\'`<>|[]— “é” 雪 †';

const one = syntheticSweep().table;
const three = syntheticSweep({ seeds: [0, 1, 2] }).table;
const narrow: ResultTable = { ...three, columns: three.columns.slice(0, 2) };
const hostile: ResultTable = {
  ...one,
  experiment: 'x y_%}',
  question: HOSTILE,
  rows: one.rows.map((row) => ({
    ...row,
    label: `[${row.label}] ${HOSTILE}`,
    group: `\\end{table} ${row.group ?? ''}`,
  })),
  notes: [HOSTILE, '\\input{/etc/passwd} %'],
};

(hasLatex ? describe : describe.skip)('the LaTeX tables', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tsarank-latex-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const compiled = (table: ResultTable): { log: string; pages: number } =>
    compiledText(toLatex(table, { standalone: true }));

  const compiledText = (text: string): { log: string; pages: number } => {
    writeFileSync(path.join(folder, 'table.tex'), text);
    const { status } = spawnSync(
      'pdflatex',
      ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'table.tex'],
      { cwd: folder },
    );
    const log = readFileSync(path.join(folder, 'table.log'), 'latin1');
    if (status !== 0) throw new Error(log.slice(-1500));
    return { log, pages: Number(/Output written on table\.pdf \((\d+) page/.exec(log)?.[1]) };
  };

  it.each([
    ['one seed, missing cells, seven columns', one],
    ['three seeds', three],
    ['two columns', narrow],
  ])('compile and fit the text of an article: %s', (_name, table) => {
    const { log, pages } = compiled(table);
    expect(log.split('\n').filter((line) => line.startsWith('!'))).toEqual([]);
    const overfull = [...log.matchAll(/Overfull \\hbox \(([\d.]+)pt/g)].map(([, points]) => Number(points));
    expect(overfull.filter((points) => points > OVERFULL_LIMIT)).toEqual([]);
    expect(log).not.toContain('Float too large');
    expect(pages).toBe(2);
  });

  it.each([
    ['in-domain', {}],
    ['in-domain', { seeds: 3 }],
    ['beir-small', { without: ['fever', 'nq'] }],
    ['beir-small', { seeds: 3 }],
    ['beir-7b', {}],
  ] as const)('compile and fit the text of an article with the rows of the paper: %s, %j', (key, options) => {
    const table = paperTable(key, inventedRows(key, options), { experiment: 'invented' });
    const { log, pages } = compiledText(paperLatex(table, { standalone: true }));
    expect(log.split('\n').filter((line) => line.startsWith('!'))).toEqual([]);
    expect(log).not.toMatch(/Overfull \\hbox|Float too large/);
    expect(pages).toBe(1);
  });

  it('compile with every character that LaTeX would act on in labels, groups, notes and the question', () => {
    const rows = inventedRows('in-domain').map((row) => ({ ...row, label: `[x] ${HOSTILE}`, group: '\\end{table}' }));
    const paper = paperTable('in-domain', rows, { experiment: 'x y_%}', notes: [HOSTILE, '\\input{/etc/passwd} %'] });
    for (const { log } of [compiled(hostile), compiledText(paperLatex(paper, { standalone: true }))]) {
      expect(log.split('\n').filter((line) => line.startsWith('!'))).toEqual([]);
      expect(log).not.toContain('/etc/passwd');
    }
  });
});
