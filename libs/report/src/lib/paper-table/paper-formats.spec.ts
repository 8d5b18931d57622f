import { inventedRows } from './invented-rows.fixture';
import { paperCsv } from './paper-csv';
import { paperJson } from './paper-json';
import { paperLatex } from './paper-latex';
import { paperMarkdown } from './paper-markdown';
import { paperPage } from './paper-page';
import { paperTable, type PaperTable } from './paper-table';

const made = (key: PaperTable['key'], options: Parameters<typeof inventedRows>[1] = {}): PaperTable =>
  paperTable(key, inventedRows(key, options), { experiment: 'made', notes: ['Left out: a set.'] });
const inDomain = made('in-domain', { without: ['bge/msmarco-dev', 'bge/dl19', 'bge/dl20'] });
const seeded = made('in-domain', { seeds: 3 });
const beir = made('beir-small');

describe('paperMarkdown', () => {
  const text = paperMarkdown(inDomain);

  it('has the printed rows, ours under them, and the notes with their commands', () => {
    expect(text).toMatch(/^## In-domain passage ranking: the paper and made\n/);
    expect(text).toMatch(/\| BLOOM 560M +\| +44\.0 \| +75\.3 \| +73\.2 \| +44\.8 \| +75\.0 \| +73\.7 \| +64\.3 \|/);
    expect(text.indexOf('_Ours: made_')).toBeGreaterThan(text.indexOf('| Qwen 7B'));
    expect(text).toMatch(/\| Zero-shot \[f,i\] +\| +\d+\.\d \[b,h\] \|/);
    expect(text).toContain("- [c] The experiment has no such test set. To fill it: `npx ablate invented --set 'eval");
    expect(text).toContain('- Left out: a set.');
    expect(text).toMatch(/\nRuns:\n\n- BM25: `/);
  });

  it('gives every line of the table the same width, and leaves its heading to a text that has one', () => {
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => [...line].length);
    expect(new Set(widths).size).toBe(1);
    expect(paperMarkdown(inDomain, { heading: false })).toMatch(/^\| System/);
  });
});

describe('paperCsv', () => {
  const lines = paperCsv(seeded).trimEnd().split('\r\n');

  it('has a line for each cell, ours at full precision with all that stands behind it', () => {
    expect(lines).toHaveLength(1 + (13 + 7) * 7);
    expect(lines[0]!.split(',').slice(0, 3)).toEqual(['table', 'experiment', 'origin']);
    const printed = lines.find((line) => line.includes(',BLOOM 560M,BLOOM 560M,bm25/dl19'));
    expect(printed).toBe(
      'in-domain,made,paper,Two-stage recipe,BLOOM 560M,BLOOM 560M,bm25/dl19,BM25: DL19,nDCG@10,75.3,,,BLOOM 560M,MS MARCO,BM25 top 1000,,,,,',
    );
    const ours = lines.find((line) => line.includes(',zero-shot,Zero-shot,bm25/msmarco-dev'))!;
    expect(ours).toMatch(/,RR@10,\d+\.\d{6,},\d+\.\d{6,},3,SmolLM2-135M,,BM25 top 100,200,/);
    expect(ours).toContain("Model: SmolLM2-135M, none of the paper's. Not trained");
    expect(lines.find((line) => line.includes('all-weights-train'))).toMatch(/,Not run yet\.,npx ablate invented$/);
  });
});

describe('paperJson', () => {
  it('keeps full values, runs and differences', () => {
    const table = JSON.parse(paperJson(beir)) as PaperTable & { paperTable: string };
    expect(table.paperTable).toBe('beir-small with made');
    const row = table.sections.flatMap(({ rows }) => rows).find(({ key }) => key === 'full-recipe')!;
    const ours = beir.sections.flatMap(({ rows }) => rows).find(({ key }) => key === 'full-recipe')!;
    expect(row).toEqual(JSON.parse(JSON.stringify(ours)));
    expect(row.cells[0]).toMatchObject({
      ours: { candidates: 'BM25 top 100', seeds: 1, runIds: [expect.any(String)] },
    });
  });
});

describe('paperLatex', () => {
  it('has both levels of headings, a rule over ours, letters, and the runs as comments', () => {
    const text = paperLatex(seeded);
    expect(text).toContain(' & \\multicolumn{3}{c}{BM25 top 1000} & \\multicolumn{3}{c}{BGE top 1000} & ');
    expect(text).toContain('\\cmidrule(lr){2-4} \\cmidrule(lr){5-7}');
    expect(text).toMatch(
      /Qwen 7B & [^\n]+ \\\\\n\s+\\midrule\n\s+\\multicolumn\{8\}\{@\{\}l\}\{\\emph\{Ours: made\}\}/,
    );
    expect(text).toMatch(/\{\}Zero-shot\\textsuperscript\{d,g\} & \d+\.\d\\rlap\{\\textsuperscript\{b,f\}\}/);
    expect(text).toMatch(/\n% runs of Zero-shot: \S+ \S+ \S+\n/);
    expect(text).not.toContain('\\documentclass');
  });

  it('turns the headings of many columns', () => {
    expect(paperLatex(beir)).toContain('\\rotatebox{90}{Climate-FEVER}');
  });
});

describe('paperPage', () => {
  const text = paperPage(inDomain);

  it('is one file without scripts or requests, whose every letter leads to its note', () => {
    expect(text).not.toMatch(/<script|https?:|url\(|@import/);
    const targets = [...text.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target!);
    expect(targets.length).toBeGreaterThan(30);
    for (const target of new Set(targets)) expect(text).toContain(`id="${target}"`);
  });

  it('groups the columns of a first stage, and says behind a value what made it', () => {
    expect(text).toContain('<th scope="colgroup" colspan="3">BM25 top 1000</th>');
    expect(text).toMatch(/title="BM25 top 100; SmolLM2-135M; not trained; 200 queries; 1 seed; run \w+"/);
    expect(paperPage(beir)).not.toContain('colgroup"');
  });
});

describe('what a label, a set or a command holds', () => {
  const evil = '\u001b[31m<b>|%_`\u202e=x';
  const rows = inventedRows('in-domain').map((row) => ({ ...row, label: evil, group: evil, model: evil, data: evil }));
  const table = paperTable('in-domain', rows, { experiment: evil, notes: [evil] });
  // eslint-disable-next-line no-control-regex
  const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/;

  it.each([
    ['Markdown', paperMarkdown(table)],
    ['CSV', paperCsv(table)],
    ['JSON', paperJson(table)],
    ['LaTeX', paperLatex(table)],
    ['HTML', paperPage(table)],
  ])('acts on nothing that shows %s', (_, text) => {
    expect(text).not.toMatch(CONTROL);
  });

  it('is text in HTML, and no formula in CSV', () => {
    expect(paperPage(table)).not.toContain('<b>|');
    const formula = paperTable('in-domain', [{ ...inventedRows('in-domain')[0]!, label: '=1+1' }], { experiment: 'x' });
    expect(paperCsv(formula)).toContain(",'=1+1,");
  });
});
