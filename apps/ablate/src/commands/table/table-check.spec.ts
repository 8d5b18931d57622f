import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '@tsarank/io';
import { tableOptions } from './table';
import { TABLE_FORMATS, tableDifference, tableFormatOf, withTable } from './table-check';

const table = { experiment: 'recipe', whole: '## recipe\n\n| a | 1 |\n| b | 2 |\n', block: '| a | 1 |\n| b | 2 |\n' };
const block = (inner: string): string =>
  `# Title\n\n<!-- ablate table recipe -->\n${inner}<!-- /ablate table -->\n\nThe end.\n`;
const difference = (text: string, file = 'README.md') => tableDifference(file, text, table);

describe('tableDifference', () => {
  it.each([
    ['the table alone', 'table.md', table.whole],
    ['with another line end', 'table.md', table.whole.replaceAll('\n', '\r\n')],
    ['the table between other text', 'README.md', `# Title\n\n${table.whole}\nThe end.\n`],
    ['a block', 'README.md', block(table.block)],
    ['a block with blank lines around', 'README.md', block(`\n${table.block}\n\n`)],
    [
      'a block beside one of another experiment',
      'README.md',
      `<!-- ablate table stages -->\n<!-- /ablate table -->\n${block(table.block)}`,
    ],
    [
      'a block beside that of a published table',
      'README.md',
      `<!-- ablate table recipe --paper in-domain -->\n<!-- /ablate table -->\n${block(table.block)}`,
    ],
    ['a block in LaTeX', 'paper.tex', `\\section{A}\n% ablate table recipe\n${table.block}% /ablate table\n`],
    ['a whole file of another format', 'table.csv', table.whole],
  ])('is none for %s', (_name, file, text) => {
    expect(difference(text, file)).toBeUndefined();
  });

  it.each([
    ['a number', 'README.md', block('| a | 1 |\n| b | 3 |\n'), { line: 5, found: '| b | 3 |', expected: '| b | 2 |' }],
    ['a line too few', 'README.md', block('| a | 1 |\n'), { line: 5, found: undefined, expected: '| b | 2 |' }],
    [
      'a line too many',
      'README.md',
      block(`\n${table.block}| c | 3 |\n`),
      { line: 7, found: '| c | 3 |', expected: undefined },
    ],
    ['an empty block', 'README.md', block('\n'), { line: 5, found: undefined, expected: '| a | 1 |' }],
    [
      'the table between other text',
      'README.md',
      `# Title\n## recipe\n\n| a | 0 |\n`,
      { line: 4, found: '| a | 0 |', expected: '| a | 1 |' },
    ],
    ['a whole file with more after it', 'table.csv', `${table.whole}x\n`, { line: 5, found: 'x', expected: undefined }],
    ['an empty file', 'table.csv', '', { line: 1, found: '', expected: '## recipe' }],
  ])('is the first line that differs: %s', (_name, file, text, expected) => {
    expect(difference(text, file)).toEqual(expected);
  });

  it('is wrong input where there is no table, or no end of it', () => {
    expect(() => difference('# Title\n')).toThrow(
      'README.md: found no table of recipe, expected its place marked by the lines <!-- ablate table recipe -->',
    );
    expect(() => difference('<!-- ablate table recipe -->\n| a | 1 |\n')).toThrow(
      'README.md:1: found a block of recipe without an end',
    );
    expect(() => difference(block('') + block(''))).toThrow('found a second block of recipe');
    expect(() => difference('', 'table.html')).toThrow(InputError);
  });
});

describe('withTable', () => {
  it('replaces the block and nothing else, and what it writes passes the check', () => {
    const written = withTable('README.md', block('| old |\n'), table);
    expect(written).toBe(block(`\n${table.block}\n`));
    expect(difference(written)).toBeUndefined();
    expect(withTable('README.md', written, table)).toBe(written);
  });

  it("keeps the file's line ends", () => {
    const written = withTable('README.md', block('| old |\n').replaceAll('\n', '\r\n'), table);
    expect(written.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('writes a new file, and replaces a table of the same experiment', () => {
    expect(withTable('table.md', undefined, table)).toBe(table.whole);
    expect(withTable('table.md', '## recipe\n\n| old |\n', table)).toBe(table.whole);
  });

  it("replaces a published table's block or page of the same experiment, and no other", () => {
    const name = 'recipe --paper in-domain';
    const paper = {
      experiment: name,
      whole: '# the paper and recipe\n\n| x |\n',
      block: '| x |\n',
      formats: ['md', 'html'],
    };
    const text = `<!-- ablate table ${name} -->\n<!-- /ablate table -->\n${block('')}`;
    expect(withTable('README.md', text, paper)).toBe(
      `<!-- ablate table ${name} -->\n\n| x |\n\n<!-- /ablate table -->\n${block('')}`,
    );
    const page = (title: string, rest: string) => `<!doctype html> <title>${title}</title> ${rest}\n`;
    const mine = { ...paper, whole: page('the paper and recipe', 'new') };
    expect(withTable('table.html', page('the paper and recipe', 'old'), mine)).toBe(mine.whole);
    expect(() => withTable('table.html', page('the paper and stages', 'old'), mine)).toThrow('or a new file');
  });

  it('knows a CSV by the experiment that it names, whatever columns it has', () => {
    const csv = (experiment: string, more = '') => `run_id,experiment${more}\n1,${experiment}${more}\n`;
    const mine = { ...table, whole: csv('recipe', ',new') };
    expect(withTable('table.csv', csv('recipe'), mine)).toBe(mine.whole);
    expect(() => withTable('table.csv', csv('stages', ',new'), mine)).toThrow('or a new file');
    expect(() => withTable('table.csv', 'experiment,group\nrecipe,a\n', mine)).toThrow('or a new file');
  });

  it('never replaces other text', () => {
    expect(() => withTable('README.md', '# Title\n', table)).toThrow(
      'expected its place marked by the lines <!-- ablate table recipe -->',
    );
    const json = { ...table, whole: '{\n  "experiment": "recipe"\n}\n' };
    expect(() => withTable('package.json', '{\n  "name": "x"\n}\n', json)).toThrow(
      'expected a table of recipe, or a new file',
    );
  });
});

describe('tableFormatOf', () => {
  it('goes by the ending', () => {
    const formatOf = (file: string): string => tableFormatOf(file, TABLE_FORMATS);
    const names = ['a.md', 'b/c.CSV', 'c.cells.csv', 'd.json', 'e.tex'];
    expect(names.map(formatOf)).toEqual(['md', 'csv', 'cells.csv', 'json', 'tex']);
    expect(() => formatOf('table')).toThrow('expected one of .md, .csv, .cells.csv, .json, .tex');
  });
});

describe("the command's options", () => {
  it('are none of those that Nx takes for itself', () => {
    const schema = path.join(
      path.dirname(require.resolve('nx/package.json')),
      'dist/src/executors/run-commands/schema.json',
    );
    const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as { properties: Record<string, unknown> };
    expect(Object.keys(tableOptions).filter((name) => name in properties || name === 'verbose')).toEqual([]);
  });
});
