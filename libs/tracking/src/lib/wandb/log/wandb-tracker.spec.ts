import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentsOf, readWandbLog, type WandbLogContents } from './read-wandb-log';
import type { TrackedRun } from '../../tracker';
import { wandbLogs } from './log-folder';
import { wandbTracker } from './wandb-tracker';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'tracking-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const now = () => NOW;
const elapsedMs = () => 2_500;
const run = (parts: Partial<TrackedRun> = {}): TrackedRun => ({
  runId: '1a2b',
  project: 'paper',
  group: 'negatives',
  jobType: 'finetune',
  name: 'negatives=8',
  tags: ['smoke'],
  config: { negatives: 8, finetune: { weights: { rank: 1 } } },
  ...parts,
});
const read = (index = 0): WandbLogContents => contentsOf(readWandbLog(wandbLogs(dir)[index]!.file).records);

describe('wandbTracker', () => {
  it('writes what it is told of a run', () => {
    const tracker = wandbTracker(dir, run({ entity: 'lab', notes: 'why', metadata: { commit: 'c0ffee' } }), {
      now,
      elapsedMs,
    });
    tracker.log(0, { 'train/loss': 2, diverged: NaN, phase: 'warm-up', ok: true });
    tracker.log(5, { 'train/loss': 1 });
    tracker.console('one', 'stdout');
    tracker.console('two\n', 'stderr');
    tracker.summarize({ 'eval/nDCG@10': 0.5, nested: { a: [1] } });
    tracker.finish(3);

    const [log] = wandbLogs(dir);
    expect(log).toEqual({
      folder: join(dir, 'offline-run-20260102_030405-1a2b'),
      file: join(log!.folder, 'run-1a2b.wandb'),
      runId: '1a2b',
      startedMs: NOW,
      synced: false,
    });
    expect(readWandbLog(log!.file).tail).toBe('whole');
    expect(read()).toEqual({
      run: {
        runId: '1a2b',
        project: 'paper',
        entity: 'lab',
        group: 'negatives',
        jobType: 'finetune',
        name: 'negatives=8',
        notes: 'why',
        tags: ['smoke'],
      },
      config: { negatives: 8, finetune: { weights: { rank: 1 } } },
      startingStep: 0,
      rows: [
        {
          'train/loss': 2,
          diverged: 'NaN',
          phase: 'warm-up',
          ok: true,
          _step: 0,
          _timestamp: NOW / 1000,
          _runtime: 2.5,
        },
        { 'train/loss': 1, _step: 5, _timestamp: NOW / 1000, _runtime: 2.5 },
      ],
      summary: {
        'train/loss': 1,
        diverged: 'NaN',
        phase: 'warm-up',
        ok: true,
        _step: 5,
        _timestamp: NOW / 1000,
        _runtime: 2.5,
        'eval/nDCG@10': 0.5,
        nested: { a: [1] },
        _wandb: { runtime: 3 },
      },
      console: [
        { line: 'one\n', stream: 'stdout' },
        { line: 'two\n', stream: 'stderr' },
      ],
      files: ['wandb-metadata.json'],
      exitCode: 3,
    });
    expect(JSON.parse(readFileSync(join(log!.folder, 'files/wandb-metadata.json'), 'utf8'))).toEqual({
      commit: 'c0ffee',
    });
  });

  it('has every row in the file before it returns', () => {
    const tracker = wandbTracker(dir, run());
    for (let step = 0; step < 3; step += 1) {
      tracker.log(step, { a: step });
      expect(read().rows).toHaveLength(step + 1);
    }
    expect(existsSync(join(wandbLogs(dir)[0]!.folder, '.lock'))).toBe(true);
    tracker.finish(0);
    expect(existsSync(join(wandbLogs(dir)[0]!.folder, '.lock'))).toBe(false);
  });

  it('summarizes series by their rules, and gives rows their x axis', () => {
    const tracker = wandbTracker(
      dir,
      run({
        metrics: [
          { name: 'examples' },
          { name: 'train/*', stepMetric: 'examples', summary: ['min', 'mean'] },
          { name: 'train/lr', summary: 'none' },
        ],
      }),
    );
    tracker.log(0, { 'train/loss': 4, 'train/lr': 1, examples: 8 });
    tracker.log(1, { 'train/loss': NaN, examples: 16 });
    tracker.log(2, { 'train/loss': 2 });
    tracker.log(3, { other: 1 });
    tracker.finish(0);
    const { rows, summary } = read();
    expect(summary).toMatchObject({ 'train/loss': { min: 2, mean: 3 }, examples: 16, other: 1 });
    expect(summary).not.toHaveProperty('train/lr');
    expect(rows.map(({ examples }) => examples)).toEqual([8, 16, 16, undefined]);
    const { records } = readWandbLog(wandbLogs(dir)[0]!.file);
    const metrics = records.flatMap(({ kind }) => (kind.case === 'metric' ? [kind.value] : []));
    expect(metrics.map(({ name, globName, stepMetric }) => [name || globName, stepMetric])).toEqual([
      ['examples', ''],
      ['train/*', 'examples'],
      ['train/lr', ''],
    ]);
  });

  it('writes a table as media and as an artifact', () => {
    const tracker = wandbTracker(dir, run());
    const table = {
      columns: ['variant', 'nDCG@10'],
      rows: [
        ['full', 0.5],
        ['none', null],
      ],
    };
    tracker.table('results', table);
    tracker.finish(0);
    const { summary, files } = read();
    const entry = summary['results'] as Record<string, unknown>;
    expect(entry).toMatchObject({ _type: 'table-file', path: files[0], ncols: 2, nrows: 2 });
    const { folder, file } = wandbLogs(dir)[0]!;
    expect(JSON.parse(readFileSync(join(folder, 'files', files[0]!), 'utf8'))).toEqual({
      columns: table.columns,
      data: table.rows,
    });
    const artifact = readWandbLog(file).records.flatMap(({ kind }) =>
      kind.case === 'artifact' ? [kind.value] : [],
    )[0]!;
    expect(artifact).toMatchObject({ type: 'run_table', name: 'run-1a2b-results', aliases: ['latest'] });
    const [member] = artifact.manifest!.contents;
    expect(JSON.parse(readFileSync(member!.localPath, 'utf8'))).toMatchObject({ _type: 'table', data: table.rows });
    expect(entry['artifact_path']).toBe(`wandb-client-artifact://${artifact.clientId}/results.table.json`);
    expect(artifact.clientId).toHaveLength(128);
  });

  it('goes on where earlier attempts of the run left off', () => {
    const first = wandbTracker(dir, run(), { now, elapsedMs: () => 60_000 });
    for (let step = 0; step < 5; step += 1) first.log(step, { loss: 5 - step, [`only/${step}`]: 1 });
    // Killed: no end. The next attempt starts at a checkpoint, with the clock set back an hour.
    const second = wandbTracker(dir, run({ startingStep: 3 }), { now: () => NOW - 3_600_000, elapsedMs });
    second.log(3, { loss: 2 });
    second.finish(0);
    const logs = wandbLogs(dir);
    expect(logs.map(({ startedMs }) => startedMs)).toEqual([NOW, NOW + 1000]);
    expect(read(0)).toMatchObject({ startingStep: 0, exitCode: undefined });
    const resumed = read(1);
    expect(resumed).toMatchObject({ startingStep: 3, exitCode: 0, rows: [{ loss: 2, _step: 3, _runtime: 62.5 }] });
    expect(resumed.summary).toMatchObject({ loss: 2, 'only/0': 1, 'only/2': 1 });
    expect(resumed.summary).not.toHaveProperty('only/3');
  });

  it('never throws: says once what went wrong and is silent', () => {
    const told: string[] = [];
    const onTrouble = (message: string): void => void told.push(message);
    writeFileSync(join(dir, 'file'), '');
    const tracker = wandbTracker(join(dir, 'file'), run(), { onTrouble });
    tracker.log(0, { a: 1 });
    tracker.finish(0);
    wandbTracker(dir, run({ runId: '../up' }), { onTrouble }).log(0, { a: 1 });
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    wandbTracker(dir, run({ config: cyclic }), { onTrouble }).log(0, { a: 1 });
    expect(told).toEqual([
      expect.stringContaining('tracking of run 1a2b stopped: '),
      expect.stringContaining('found "../up"'),
      expect.stringContaining('circular'),
    ]);
  });

  it('leaves a whole log behind on a full disk', () => {
    // A process that may write no file beyond 64 KiB is told so as by a full disk.
    const script = join(dir, 'fill.cjs');
    writeFileSync(
      script,
      `
      require('${require.resolve('tsx/cjs')}');
      const { wandbTracker } = require('${join(__dirname, 'wandb-tracker.ts')}');
      process.on('SIGXFSZ', () => undefined);
      const run = ${JSON.stringify(run())};
      const tracker = wandbTracker('${dir}', run, { onTrouble: (message) => console.log(message) });
      for (let step = 0; step < 2000; step += 1) tracker.log(step, { loss: step });
      tracker.finish(0);`,
    );
    const { stdout, status } = spawnSync('bash', ['-c', `ulimit -f 64; exec "${process.execPath}" "${script}"`], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tracking of run 1a2b stopped: EFBIG.*\n$/);
    const log = readWandbLog(wandbLogs(dir)[0]!.file);
    expect(log.tail).toBe('whole');
    const { rows, exitCode } = contentsOf(log.records);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.map(({ loss }) => loss)).toEqual(rows.map((_, index) => index));
    expect(exitCode).toBeUndefined();
  });
});

describe('readWandbLog', () => {
  it('gives what stands before a torn record, and refuses what is no log', () => {
    const tracker = wandbTracker(dir, run());
    for (let step = 0; step < 3; step += 1) tracker.log(step, { a: step });
    const { file } = wandbLogs(dir)[0]!;
    truncateSync(file, readFileSync(file).length - 5);
    const { records, tail } = readWandbLog(file);
    expect(tail).toBe('torn');
    expect(contentsOf(records)).toMatchObject({ rows: [{ a: 0 }, { a: 1 }, { a: 2 }], summary: { a: 1 } });
    tracker.finish(0);
    writeFileSync(file, 'something else');
    expect(() => readWandbLog(file)).toThrow('expected the header of a W&B log');
  });
});
