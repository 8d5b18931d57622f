import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWandbServer, type RecordedRun, type WandbServer } from '@tsarank/testing';
import {
  startLiveMirror,
  syncWandbLogs,
  wandbLogs,
  wandbTracker,
  type SyncResult,
  type TrackedRun,
} from '@tsarank/tracking';

/** With the official clients of `node tools/wandb/clients.mjs` against a recording server on this machine. */
const root = path.resolve(__dirname, '..');
const clientOf = (version: string): string => path.join(root, `.venv/wandb-${version}/bin/wandb`);
const CURRENT = '0.31.0';
const VERSIONS = [CURRENT, '0.24.2'];
const KEY = '0'.repeat(40);

let dir: string;
let server: WandbServer;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'wandb-client-'));
  server = await startWandbServer();
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

const wandb = (): string => path.join(dir, 'wandb');
const environment = (): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  HOME: dir,
  WANDB_API_KEY: KEY,
  WANDB_BASE_URL: server.url,
  WANDB_ERROR_REPORTING: 'false',
});
const described = (runId: string, parts: Partial<TrackedRun> = {}): TrackedRun => ({
  runId,
  project: 'paper',
  group: 'negatives',
  jobType: 'finetune',
  name: `negatives=8 ${runId}`,
  notes: 'why',
  tags: ['table-2', 'smoke'],
  config: { negatives: 8, finetune: { weights: { rank: 1 } } },
  metrics: [{ name: 'examples' }, { name: 'train/*', stepMetric: 'examples' }],
  metadata: { program: 'ablate' },
  ...parts,
});

/** A finished run of so many rows, enough for several blocks of the log, with a table and console lines. */
function finishedRun(runId: string, rows: number, exitCode = 0): void {
  const tracker = wandbTracker(wandb(), described(runId), {
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  for (let step = 0; step < rows; step += 1) tracker.log(step, { 'train/loss': 1 / (step + 1), examples: 4 * step });
  tracker.console('first line', 'stdout');
  tracker.console('second line', 'stderr');
  tracker.table('results', {
    columns: ['variant', 'nDCG@10'],
    rows: [
      ['full', 0.5],
      ['none', null],
    ],
  });
  tracker.summarize({ 'eval/nDCG@10': 0.5, status: 'done' });
  tracker.finish(exitCode);
}

/** A process that logs rows of a run and is killed with -9 after them; its log ends without an end. */
async function killedRun(runId: string, rows: number, before?: (child: ChildProcess) => Promise<void>): Promise<void> {
  const script = path.join(dir, 'killed.cjs');
  writeFileSync(
    script,
    `
    require('${require.resolve('tsx/cjs')}');
    const { wandbTracker } = require('${path.join(root, 'libs/tracking/src/index.ts')}');
    const tracker = wandbTracker('${wandb()}', ${JSON.stringify(described(runId))});
    for (let step = 0; step < ${rows}; step += 1) tracker.log(step, { 'train/loss': 1 / (step + 1), examples: 4 * step });
    tracker.console('about to die', 'stdout');
    process.send('logged');
    setInterval(() => undefined, 1000);`,
  );
  const child = fork(script, { execArgv: [] });
  await new Promise((resolve) => child.once('message', resolve));
  await before?.(child);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
}

const sync = (version: string): Promise<SyncResult> =>
  syncWandbLogs(wandbLogs(wandb()), { client: [clientOf(version)], env: environment() });
const recorded = (runId: string): RecordedRun => server.recording.runs[runId]!;
const losses = ({ rows }: RecordedRun): unknown[] => rows.map((row) => row['train/loss']);
const expected = (rows: number): number[] => Array.from({ length: rows }, (_, step) => 1 / (step + 1));
const lines = ({ console: printed }: RecordedRun): string[] =>
  printed.map((line) => line.replace(/\d{4}-\S+ /, '').trimEnd());

describe.each(VERSIONS)('the official client %s', (version) => {
  const there = existsSync(clientOf(version));
  if (!there)
    console.warn(`wandb ${version} is not installed (node tools/wandb/clients.mjs ${version}); its specs are skipped`);
  const withClient = there ? it : it.skip;

  withClient('uploads runs with all that belongs to them, and shows killed ones as failed', async () => {
    finishedRun('done1', 700);
    finishedRun('failed1', 3, 7);
    await killedRun('killed1', 50);
    expect(statSync(wandbLogs(wandb()).find(({ runId }) => runId === 'done1')!.file).size).toBeGreaterThan(3 * 32_768);
    // A record cut in its middle, as a power cut leaves it.
    const { file } = wandbLogs(wandb()).find(({ runId }) => runId === 'killed1')!;
    truncateSync(file, statSync(file).size - 5);

    const { uploaded, failed } = await sync(version);
    expect(failed).toEqual([]);
    expect(uploaded.map(({ runId }) => runId).sort()).toEqual(['done1', 'failed1', 'killed1']);
    expect(wandbLogs(wandb()).every(({ synced }) => synced)).toBe(true);
    expect(readdirSync(wandb())).not.toContain('merged');

    const done = recorded('done1');
    expect(done).toMatchObject({
      project: 'paper',
      group: 'negatives',
      jobType: 'finetune',
      name: 'negatives=8 done1',
      notes: 'why',
      tags: ['table-2', 'smoke'],
      config: { negatives: { value: 8 }, finetune: { value: { weights: { rank: 1 } } } },
      state: 'finished',
      exitCode: 0,
      summary: {
        'eval/nDCG@10': 0.5,
        status: 'done',
        'train/loss': 1 / 700,
        examples: 2796,
        _step: 699,
        results: { _type: 'table-file', ncols: 2, nrows: 2 },
      },
    });
    expect(losses(done)).toEqual(expected(700));
    // Older clients send the two streams by threads of their own.
    expect(lines(done).sort()).toEqual(['ERROR second line', 'first line']);
    expect(JSON.parse(done.files['wandb-metadata.json']!)).toEqual({ program: 'ablate' });
    const { path: media } = done.summary['results'] as { path: string };
    expect(JSON.parse(done.files[media]!)).toEqual({
      columns: ['variant', 'nDCG@10'],
      data: [
        ['full', 0.5],
        ['none', null],
      ],
    });
    const artifact = server.recording.artifacts.find(({ name }) => name === 'run-done1-results')!;
    expect(artifact).toMatchObject({ type: 'run_table', committed: true });
    expect(JSON.parse(artifact.files['results.table.json']!)).toMatchObject({
      _type: 'table',
      data: [
        ['full', 0.5],
        ['none', null],
      ],
    });

    expect(recorded('failed1')).toMatchObject({ state: 'failed', exitCode: 7 });
    const killed = recorded('killed1');
    expect(killed).toMatchObject({ state: 'failed', group: 'negatives' });
    expect(losses(killed)).toEqual(expected(50));

    const before = server.recording.requests.length;
    expect(await sync(version)).toEqual({ uploaded: [], failed: [] });
    expect(server.recording.requests).toHaveLength(before);
  });

  withClient('uploads attempts of one run as one history, also those that come after an upload', async () => {
    await killedRun('twice', 71);
    expect((await sync(version)).failed).toEqual([]);
    expect(recorded('twice')).toMatchObject({ state: 'failed', exitCode: 1 });
    const second = wandbTracker(wandb(), described('twice', { startingStep: 66 }));
    for (let step = 66; step < 100; step += 1) second.log(step, { 'train/loss': 1 / (step + 1), examples: 4 * step });
    second.console('went on', 'stdout');
    second.finish(0);
    expect((await sync(version)).failed).toEqual([]);
    const run = recorded('twice');
    expect(run).toMatchObject({ state: 'finished', exitCode: 0, summary: { _step: 99, 'train/loss': 0.01 } });
    expect(losses(run)).toEqual(expected(100));
    expect(lines(run)).toEqual(['about to die', 'went on']);
  });
});

describe(`the official client ${CURRENT}`, () => {
  const withClient = existsSync(clientOf(CURRENT)) ? it : it.skip;

  withClient('reads a log by itself (leet inspect)', () => {
    finishedRun('read1', 10);
    const { folder } = wandbLogs(wandb())[0]!;
    const said = execFileSync(clientOf(CURRENT), ['leet', 'inspect', '--summary', '--json', folder], {
      encoding: 'utf8',
      env: environment(),
    });
    expect(JSON.parse(said)).toMatchObject({
      run_id: 'read1',
      project: 'paper',
      state: 'finished',
      exit_code: 0,
      step: 9,
      config: { finetune: { weights: { rank: 1 } } },
      summary: { 'eval/nDCG@10': 0.5, 'train/loss': 0.1 },
      console_lines: 2,
    });
  });

  withClient('gets through a server that fails at first', async () => {
    finishedRun('late1', 5);
    server.behave({ as: 'failing', requests: 1 });
    expect((await sync(CURRENT)).failed).toEqual([]);
    expect(losses(recorded('late1'))).toEqual(expected(5));
  });
});

/** The command of a mirror by the official client. */
function mirrorCommand(): [string, ...string[]] {
  const script = path.join(dir, 'mirror.cjs');
  writeFileSync(
    script,
    `
    const { runLiveMirror } = require('${path.join(root, 'libs/tracking/src/index.ts')}');
    runLiveMirror({ client: ['${clientOf(CURRENT)}'], env: ${JSON.stringify(environment())} });`,
  );
  return [process.execPath, '--require', require.resolve('tsx/cjs'), script];
}

async function until(holds: () => boolean, ms = 30_000): Promise<void> {
  for (const started = performance.now(); !holds() && performance.now() - started < ms;) await sleep(50);
  expect(holds()).toBe(true);
}

describe('the live mirror by the official client', () => {
  const withClient = existsSync(clientOf(CURRENT)) ? it : it.skip;

  withClient('brings rows up while the run goes on, over a kill -9 and the attempt after it', async () => {
    server.behave({ as: 'failing', requests: 1 });
    const mirror = startLiveMirror(mirrorCommand());
    await killedRun('live', 30, (child) => {
      mirror.follow(wandbLogs(wandb())[0]!.folder);
      return until(() => child.exitCode === null && (recorded('live')?.rows.length ?? 0) > 0);
    });
    expect(recorded('live').state).toBe('running');
    const second = wandbTracker(wandb(), described('live', { startingStep: 20 }));
    mirror.follow(wandbLogs(wandb())[1]!.folder);
    for (let step = 20; step < 40; step += 1) second.log(step, { 'train/loss': 1 / (step + 1), examples: 4 * step });
    second.finish(0);
    await mirror.close(30_000);
    expect(recorded('live')).toMatchObject({
      state: 'finished',
      exitCode: 0,
      group: 'negatives',
      summary: { _step: 39 },
    });
    expect(losses(recorded('live'))).toEqual(expected(40));
    expect(wandbLogs(wandb()).map(({ synced }) => synced)).toEqual([true, true]);
  });
});

it('says which runs could not be uploaded, and why', async () => {
  finishedRun('stays', 2);
  const { uploaded, failed } = await syncWandbLogs(wandbLogs(wandb()), {
    client: [path.join(dir, 'no-such-client')],
    env: environment(),
  });
  expect(uploaded).toEqual([]);
  expect(failed).toEqual([
    { folder: wandbLogs(wandb())[0]!.folder, why: expect.stringContaining('no such program') as string },
  ]);
  const writing = wandbTracker(wandb(), described('writing'));
  const { failed: locked } = await syncWandbLogs(
    wandbLogs(wandb()).filter(({ runId }) => runId === 'writing'),
    { client: ['true'], env: environment() },
  );
  expect(locked).toEqual([expect.objectContaining({ why: expect.stringContaining('in use by process') as string })]);
  writing.finish(0);
});
