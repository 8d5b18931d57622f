import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResultTable } from '@tsarank/ablation';
import { syntheticSweep, toLatex } from '@tsarank/report';

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

  const compiled = (table: ResultTable): { log: string; pages: number } => {
    writeFileSync(path.join(folder, 'table.tex'), toLatex(table, { standalone: true }));
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

  it('compile with every character that LaTeX would act on in labels, groups, notes and the question', () => {
    const { log } = compiled(hostile);
    expect(log.split('\n').filter((line) => line.startsWith('!'))).toEqual([]);
    expect(log).not.toContain('/etc/passwd');
  });
});
