import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { quick, type RunResult } from '@tsarank/config';
import { preparedSet, runFolder, writeRanking, writeRecord } from '@tsarank/runs';
import { runCommandLine } from '../../command-line';
import { planSweep } from '../../experiment/plan-sweep';

const folder = mkdtempSync(path.join(tmpdir(), 'table-command-'));
const out = path.join(folder, 'runs');
const readme = path.join(folder, 'README.md');
const experiment = path.join(folder, 'small.json');

/** One query and two documents, so that making a plan reads next to nothing. */
beforeAll(() => {
  const collection = path.join(folder, 'collection');
  mkdirSync(path.join(collection, 'qrels'), { recursive: true });
  writeFileSync(
    path.join(collection, 'corpus.jsonl'),
    '{"_id":"d1","title":"","text":"a"}\n{"_id":"d2","title":"","text":"b"}\n',
  );
  writeFileSync(path.join(collection, 'queries.jsonl'), '{"_id":"q1","text":"a"}\n');
  writeFileSync(path.join(collection, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\n');
  const base = { ...quick, pretrain: null, data: { ...quick.data, collection, outOfDomain: null } };
  const variants = { recipe: {}, 'top-1': { finetune: { topLayers: 1 } }, 'zero-shot': { finetune: null } };
  writeFileSync(
    experiment,
    JSON.stringify({
      name: 'small',
      question: 'Which?',
      base,
      variants,
      baseline: 'recipe',
      seeds: [0],
      measures: ['nDCG@10'],
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Leaves what a run would: a record and, of scores, a ranking of the two documents. */
async function leaveResult(run: PlannedRun, documents = ['d1', 'd2']): Promise<void> {
  const { runId, kind, config, behaviourVersion, dataHashes, parent, set } = run;
  const result: RunResult = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
  if (set) {
    await preparedSet(out, set);
    const sha256 = writeRanking(runFolder(out, runId).ranking, [{ query: 'q1', documents, scores: [2, 1] }]);
    result.ranking = { sha256, queries: 1, pairs: 2, reused: 0 };
  }
  writeRecord(out, {
    ...{ runId, kind, status: 'done', config, behaviourVersion, dataHashes: { ...dataHashes } },
    ...(parent ? { parent } : {}),
    ...(set ? { set: set.name } : {}),
    ...{ versions: {}, result, timings: { total: 1 } },
  });
}

async function table(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(stdout.push(String(text)))),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(stderr.push(String(text)))),
  ];
  try {
    return {
      code: await runCommandLine(['table', experiment, '--engine', 'cpu', '--out', out, ...args]),
      stdout: stdout.join(''),
      stderr: stderr.join(''),
    };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}

describe('ablate table', () => {
  it('checks nothing where there is nothing to check against', async () => {
    writeFileSync(readme, '# Mine\n\n<!-- ablate table small -->\n<!-- /ablate table -->\n\nThe end.\n');
    const { code, stderr } = await table('--check', readme);
    expect(stderr).toContain(`found no result of small under ${out}`);
    expect(code).toBe(2);
  });

  it('writes a block that passes the check until a record changes, and says how to refresh it', async () => {
    const plan = await planSweep({ experiment, engine: 'cpu', out, json: false });
    for (const run of plan.runs) await leaveResult(run);
    expect((await table('--check', readme)).code).toBe(1);
    expect((await table('--write', readme)).code).toBe(0);
    const text = readFileSync(readme, 'utf8');
    expect(text).toMatch(
      /^# Mine\n\n<!-- ablate table small -->\n\n\| Variant [^]*\n\n<!-- \/ablate table -->\n\nThe end\.\n$/,
    );
    expect(await table('--check', readme)).toMatchObject({ code: 0, stderr: '' });
    await leaveResult(plan.runs.at(-1)!, ['d2', 'd1']);
    const { code, stderr } = await table('--check', readme);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /README\.md:\d+: the table of small is not what the records make now\n {2}found: {4}\|[^]*\n {2}expected: \|/,
    );
    expect(stderr).toContain(`Refresh it: npx ablate table ${experiment} --engine cpu --out ${out} --write ${readme}`);
  });

  it.each(['csv', 'cells.csv', 'json', 'tex', 'md'])('writes and checks a whole .%s file', async (format) => {
    const file = path.join(folder, `table.${format}`);
    expect((await table('--write', file)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe((await table('--format', format)).stdout);
    expect((await table('--check', file)).code).toBe(0);
    expect(await table('--write', file)).toMatchObject({ code: 0, stdout: `${file}: already up to date\n` });
  });

  it.each(['csv', 'json', 'tex', 'md', 'html'])("writes and checks a published table's .%s file", async (format) => {
    const file = path.join(folder, `paper.${format}`);
    const paper = ['--paper', 'beir-small'];
    expect(await table('--write', file, ...paper)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe((await table('--format', format, ...paper)).stdout);
    expect((await table('--check', file, ...paper)).code).toBe(0);
    // The experiment's own table is another.
    expect((await table('--check', file)).code).not.toBe(0);
  });

  it("keeps a published table's block beside the experiment's own", async () => {
    const file = path.join(folder, 'both.md');
    const name = 'small --paper in-domain';
    writeFileSync(
      file,
      `<!-- ablate table small -->\n<!-- /ablate table -->\n<!-- ablate table ${name} -->\n<!-- /ablate table -->\n`,
    );
    expect((await table('--write', file, '--paper', 'in-domain')).code).toBe(0);
    const { code, stderr } = await table('--check', file);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`--write ${file}`)]);
    expect((await table('--write', file)).code).toBe(0);
    expect((await table('--check', file, '--paper', 'in-domain')).code).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('22.8', '22.9'));
    expect((await table('--check', file, '--paper', 'in-domain')).stderr).toContain(
      `--paper in-domain --write ${file}`,
    );
  });

  it.each([
    [
      ['--format', 'html'],
      'field "--format": found html, expected one of md, csv, cells.csv, json, tex; ablate report',
    ],
    [['--format', 'cells.csv', '--paper', 'beir-7b'], 'found cells.csv, expected one of md, csv, json, tex, html'],
    [['--paper', 'table-1'], 'Choices: "in-domain", "beir-small", "beir-7b"'],
    [['--paper', 'in-domain', '--paper', 'beir-7b'], 'field "--paper": found 2 values, expected one'],
    [['--check', 'a.txt', '--paper', 'beir-7b'], 'expected one of .md, .csv, .json, .tex, .html'],
    [['--check', 'a.html'], 'found the ending .html, expected one of .md, .csv, .cells.csv, .json, .tex'],
    [['--check', 'nowhere.md'], 'nowhere.md: no such file'],
    [['--check', 'table.txt'], 'found the ending .txt, expected one of .md, .csv, .cells.csv, .json, .tex'],
    [['--check', 'a.md', '--write', 'a.md'], '--check and --write exclude each other'],
    [['--check', 'a.md', '--check', 'b.md'], 'field "--check": found 2 values, expected one'],
    [['--check', 'a.md', '--format', 'csv'], 'field "--format": found csv'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await table(...args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});
