import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyPatch, quick } from '@tsarank/config';
import { selectEngine } from '@tsarank/tensor';
import { startWandbServer, writeQuickModel, type WandbServer } from '@tsarank/testing';

/** A sweep of the command line, uploaded by the official client of `node tools/wandb/clients.mjs` to a recording server. */
const root = path.resolve(__dirname, '..');
const BIN = path.join(root, 'apps/ablate/bin/ablate.mjs');
const CLIENT = path.join(root, '.venv/wandb-0.31.0/bin/wandb');
const TIMEOUT = 240_000;

const isThere = existsSync(CLIENT);
if (!isThere) console.warn(`skipped: no W&B client at ${CLIENT}; node tools/wandb/clients.mjs installs it`);

let folder: string;
let server: WandbServer;
let experiment: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ablate-sync-'));
  server = await startWandbServer();
  await selectEngine('wasm');
  await writeQuickModel(path.join(folder, 'model'));
  const base = applyPatch(quick, {
    model: path.join(folder, 'model'),
    engine: 'wasm',
    data: { outOfDomain: null },
    finetune: { steps: 3 },
  });
  const variants = {
    recipe: {},
    'zero-shot': { pretrain: null, finetune: null },
    diverges: { finetune: { learningRate: 1e30, clipNorm: 0 } },
  };
  experiment = path.join(folder, 'mine.json');
  writeFileSync(
    experiment,
    JSON.stringify({
      name: 'mine',
      question: 'Does it arrive?',
      base,
      variants,
      baseline: 'recipe',
      seeds: [0],
      measures: ['nDCG@10'],
    }),
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The server answers in this process, so the command must not hold it up. */
function ablate(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    HOME: folder,
    WANDB_BASE_URL: server.url,
    WANDB_API_KEY: '0'.repeat(40),
    WANDB_ERROR_REPORTING: 'false',
  };
  const child = spawn(process.execPath, [BIN, ...args, '--out', path.join(folder, 'runs')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += String(part)));
  child.stderr.on('data', (part) => (stderr += String(part)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
const runNamed = (name: string) => Object.values(server.recording.runs).find((run) => run.name === name)!;

(isThere ? describe : describe.skip)('ablate sync', () => {
  it(
    'uploads each run with its rows, state and place in the ablation, and the table',
    async () => {
      expect((await ablate('run', experiment, '--track', 'wandb', '--tags', 'smoke')).code).toBe(1);
      const { code, stdout, stderr } = await ablate('sync', experiment, '--client', CLIENT, '--tags', 'smoke');
      expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toEqual({
        code: 0,
        stdout: '6 logs uploaded, 0 there already, 0 failed; 0 runs without a record\n',
        stderr: '',
      });
      expect(Object.values(server.recording.runs)).toHaveLength(5);
      const recipe = runNamed('recipe/seed=0');
      expect(recipe).toMatchObject({
        group: 'mine',
        jobType: 'sft',
        tags: ['mine', 'baseline', 'smoke'],
        state: 'finished',
      });
      expect(recipe.rows.map((row) => row['_step'])).toEqual([0, 1, 2, 3]);
      expect(recipe.summary).toMatchObject({ 'eval/nDCG@10': expect.any(Number), status: 'done' });
      expect(recipe.console.join('\n')).toContain('stage two 3/3');
      expect(runNamed('stage-one/seed=0')).toMatchObject({ jobType: 'cpt', state: 'finished' });
      expect(runNamed('zero-shot/seed=0')).toMatchObject({ jobType: 'eval', state: 'finished' });
      const failed = runNamed('diverges/seed=0');
      expect(failed).toMatchObject({ state: 'failed', exitCode: 1 });
      expect(failed.console.join('\n')).toContain('NaN');
      const table = runNamed('mine/table');
      expect(table).toMatchObject({ group: 'mine', jobType: 'report', state: 'finished' });
      const [artifact] = server.recording.artifacts.filter(({ type }) => type === 'run_table');
      const { columns, data } = JSON.parse(Object.values(artifact!.files)[0]!) as {
        columns: string[];
        data: unknown[][];
      };
      expect(columns.slice(0, 4)).toEqual(['variant', 'group', 'baseline', 'nDCG@10']);
      expect(data.map((row) => row[0])).toContain('recipe');
    },
    TIMEOUT,
  );

  it(
    'uploads nothing twice, and makes the logs of runs that nobody tracked',
    async () => {
      const again = await ablate('sync', experiment, '--client', CLIENT);
      expect(again.stdout).toBe('0 logs uploaded, 6 there already, 0 failed; 0 runs without a record\n');
      const runs = path.join(folder, 'runs');
      const folders = readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      for (const { name } of folders) rmSync(path.join(runs, name, 'wandb'), { recursive: true, force: true });
      Object.keys(server.recording.runs).forEach((id) => delete server.recording.runs[id]);
      const untracked = await ablate('sync', experiment, '--client', CLIENT);
      expect(untracked.stdout).toBe('6 logs uploaded, 0 there already, 0 failed; 0 runs without a record\n');
      expect(runNamed('recipe/seed=0').rows.map((row) => row['_step'])).toEqual([0, 1, 2, 3]);
      expect(runNamed('diverges/seed=0').state).toBe('failed');
    },
    TIMEOUT,
  );

  it(
    'creates a W&B report with the table, and the runs grouped by what varies',
    async () => {
      const { code, stdout } = await ablate('report', experiment, '--wandb', 'create', '--entity', 'us');
      expect(code).toBe(0);
      const [view] = server.recording.views;
      expect(stdout).toContain(`${server.url}/us/tsarank/reports/`);
      expect(view).toMatchObject({ entity: 'us', project: 'tsarank', displayName: 'mine: Does it arrive?' });
      const { blocks } = view!.spec as {
        blocks: {
          type: string;
          content?: string;
          metadata?: { runSets: { filters: { filters: unknown[] }; grouping: unknown[] }[] };
        }[];
      };
      expect(blocks.find(({ type }) => type === 'markdown-block')!.content).toContain('| recipe (baseline)');
      const [runSet] = blocks.find(({ type }) => type === 'panel-grid')!.metadata!.runSets;
      expect(runSet!.filters.filters).toMatchObject([{ key: { name: 'group' }, value: 'mine' }]);
      expect(runSet!.grouping).toContainEqual({ section: 'config', name: 'finetune.value.learningRate' });
    },
    TIMEOUT,
  );
});
