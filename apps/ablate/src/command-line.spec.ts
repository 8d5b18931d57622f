import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acquireLock } from '@tsarank/io';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { runCommandLine } from './command-line';

let folder: string;
let out: string;
let model: string[];
const userCache = process.env['XDG_CACHE_HOME'];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'command-'));
  out = path.join(folder, 'runs');
  process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
  await selectEngine('cpu');
  await writeQuickModel(path.join(folder, 'model'));
  model = ['--model', path.join(folder, 'model'), '--engine', 'cpu', '--out', out];
});
afterAll(() => {
  if (userCache === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = userCache;
  rmSync(folder, { recursive: true, force: true });
});

async function ablate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr]: string[][] = [[], []];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(stdout!.push(String(text)))),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(stderr!.push(String(text)))),
    jest.spyOn(console, 'log').mockImplementation((text) => void stdout!.push(`${text}\n`)),
  ];
  try {
    return { code: await runCommandLine(args), stdout: stdout!.join(''), stderr: stderr!.join('') };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}

describe('wrong input ends with 2, says what was expected, and prints no result', () => {
  it.each([
    [['recipie'], 'No experiment "recipie". Did you mean "recipe"?'],
    [['tabel'], 'Did you mean "table"?'],
    [['plan', '--json=maybe'], 'option --json takes no value'],
    [['run', '--fail-fast=1'], 'option --fail-fast takes no value'],
    [['plan', '--probe=maybe'], 'option --probe takes no value; --no-probe is its opposite'],
    [['run', '--sede', '1'], 'Unknown argument: sede; did you mean --seeds?'],
    [['--parallel', '2'], 'Unknown argument'],
    [['--engine', 'metal'], 'metal'],
    [['--seeds', '0,x'], 'field "--seeds": found "0,x", expected whole numbers'],
    [['--set', 'finetune.negativs=3'], 'found unknown key "negativs", expected "negatives"'],
    [['--set', 'finetune.negatives=0'], 'finetune.negatives": found 0, expected a number above 0'],
    [['--set', 'steps'], 'expected path=value'],
    [['--model', '/nowhere'], '/nowhere'],
    [['--config', '/nowhere.json'], '/nowhere.json: no such file'],
    [['plan', '--out', __filename], 'field "--out": found'],
    [['table', '--out', path.join(__filename, 'x')], 'is no folder'],
    [['--jobs', '0'], 'field "--jobs": found 0, expected a whole number of 1 or more'],
    [['--model'], 'Not enough arguments following: model'],
    [['./gone.ts'], './gone.ts: no such file'],
    [['--precision', 'bfloat16'], 'found bfloat16'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await ablate(...args, '--engine', 'cpu');
    const repeated = args.includes('--engine');
    expect(stderr).toContain(repeated ? 'engine' : message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it('a folder that cannot be made', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await ablate(
      'run',
      '--preset',
      'quick',
      ...model.slice(0, 4),
      '--out',
      path.join(file, 'runs'),
    );
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(path.join(file, 'runs')) });
  });
});

describe('commands that execute nothing', () => {
  it('plan lists the runs and what they take', async () => {
    const { code, stdout, stderr } = await ablate(
      'plan',
      'stages',
      ...model,
      '--preset',
      'quick',
      '--seeds',
      '7',
      '--no-probe',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/[0-9a-f]{16} {2}to do {5}7 +[\d.]+ +\d+ MiB +- {2}Zero-shot +on inDomain/);
    expect(stdout).toMatch(/19 runs, 0 done, 19 to do\n/);
    expect(stdout).toMatch(/To do: [\d.]+ .FLOP; with \d+ runs? at a time .* of memory\.\n$/);
  });

  it('plan measures the machine where times are wanted', async () => {
    const args = ['plan', 'stages', ...model, '--preset', 'quick', '--seeds', '7', '--jobs', '1'];
    const first = await ablate(...args);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('measuring') });
    expect(first.stdout).toMatch(/about \S+ on this machine\.\n$/);
    const second = await ablate(...args, '--json');
    expect(second.code).toBe(0);
    const { totals, runs } = JSON.parse(second.stdout) as {
      totals: Record<string, number>;
      runs: { estimate: { seconds: number } }[];
    };
    expect(totals['seconds']).toBeCloseTo(
      runs.reduce((sum, { estimate }) => sum + estimate.seconds, 0),
      6,
    );
  });

  it('table names what is missing and the command that fills it', async () => {
    const { code, stdout } = await ablate(
      'table',
      'negatives',
      ...model,
      '--preset',
      'quick',
      '--seeds',
      '0',
      '--format',
      'cells.csv',
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`not run yet,npx ablate negatives --model ${path.join(folder, 'model')} --engine cpu`);
  });

  it('report writes every format', async () => {
    const { code, stdout } = await ablate(
      'report',
      'negatives',
      ...model,
      '--preset',
      'quick',
      '--seeds',
      '0',
      '--json',
    );
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['md', 'csv', 'cells.csv', 'json', 'tex', 'html']);
    expect(readdirSync(path.join(out, 'negatives')).sort()).toEqual([
      'report.html',
      'table.cells.csv',
      'table.csv',
      'table.json',
      'table.md',
      'table.tex',
    ]);
  });
});

describe('run', () => {
  it('refuses a folder in which a sweep runs, with 1', async () => {
    const lock = acquireLock(out);
    const { code, stderr } = await ablate('run', ...model, '--preset', 'quick');
    lock.release();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('in use by process') });
  });

  it('remembers its options for commands that read, which never write a poorer table over a good one', async () => {
    const args = ['stages', ...model, '--set', 'finetune.steps=1', '--preset', 'quick', '--seeds', '3'];
    const first = await ablate('run', ...args);
    expect({ code: first.code, stdout: first.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/SMOKE TEST[^]*--preset quick/),
    });
    expect(first.stdout).toContain(`--out ${out}`);
    const page = path.join(out, 'stages', 'table.json');
    const good = readFileSync(page, 'utf8');
    const again = await ablate('report', 'stages', '--out', out);
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('--seeds 3'),
    });
    expect(readFileSync(page, 'utf8')).toBe(good);
    const poorer = await ablate('report', 'stages', ...args, '--seeds', '4');
    expect(poorer.code).toBe(2);
    const other = await ablate('report', 'stages', ...model, '--preset', 'quick', '--seeds', '4');
    expect({ code: other.code, stderr: other.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('a table with 0 missing cells'),
    });
    expect(readFileSync(page, 'utf8')).toBe(good);
  }, 240_000);

  it('explains itself, its version and every setting', async () => {
    const { code, stdout } = await ablate('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--seeds');
    expect(stdout).toMatch(/finetune\.weights\.rank +number of at least 0/);
    expect(stdout).not.toContain('execute <planned>');
    expect((await ablate('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout: page } = await ablate('settings');
    expect(page).toBe(readFileSync(path.join(__dirname, '../../../docs/settings.md'), 'utf8'));
    const { stdout: script } = await ablate('completion');
    expect(script).toContain('complete -o');
    expect(script).not.toContain('|');
  });
});

describe('an experiment file outside the repository', () => {
  it('finds the libraries, keeps the order of names that are numbers, and leaves no folder behind', () => {
    const place = mkdtempSync(path.join(tmpdir(), 'outside-'));
    const plan = (file: string, ...more: string[]): { runs: { kind: string; label: string }[] } => {
      const bin = path.resolve(__dirname, '../bin/ablate.mjs');
      const args = [bin, 'plan', file, '--no-probe', '--json', '--engine', 'wasm', ...more];
      return JSON.parse(execFileSync(process.execPath, args, { cwd: place, encoding: 'utf8', stdio: 'pipe' })) as never;
    };
    writeFileSync(
      path.join(place, 'mine.ts'),
      `import { defineAblation } from '@tsarank/ablation';
       import { tiny } from '@tsarank/config';
       export const mine = defineAblation({ name: 'mine', question: 'Q?', base: tiny, variants: { all: {} },
         baseline: 'all', seeds: [0], measures: ['AP'], label: '{negatives}' });`,
    );
    writeFileSync(
      path.join(place, 'mine.json'),
      `{"name":"mine","question":"Q?","base":"tiny","baseline":"16","seeds":[0],"measures":["AP"],"label":"{negatives}",
        "variants":{"16":{"finetune":{"negatives":16}},"4":{"finetune":{"negatives":4}}}}`,
    );
    const labels = ({ runs }: { runs: { kind: string; label: string }[] }): string[] =>
      runs.filter(({ kind }) => kind === 'finetune').map(({ label }) => label);
    expect(labels(plan('./mine.ts'))).toEqual(['1 negative (groups of 2)']);
    expect(labels(plan('./mine.json'))).toEqual(['16 negatives (groups of 17)', '4 negatives (groups of 5)']);
    expect(readdirSync(place).sort()).toEqual(['mine.json', 'mine.ts']);
    rmSync(place, { recursive: true });
  });
});
