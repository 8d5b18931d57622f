import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessAlive } from '@tsarank/io';
import { startWandbServer, type WandbServer } from '@tsarank/testing';
import { startLiveMirror } from './start-live-mirror';
import { wandbLogs } from '../log/log-folder';
import { wandbTracker } from '../log/wandb-tracker';

/** With @wandb/sdk, which npm installs; the official client has its specs in test/wandb-client.spec.ts. */
let dir: string;
let server: WandbServer;
let lines: string[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mirror-'));
  lines = [];
  server = await startWandbServer();
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

const wandb = (): string => join(dir, 'wandb');
const onLine = (line: string): void => void lines.push(line);
const describedRun = {
  runId: 'live',
  project: 'paper',
  group: 'negatives',
  jobType: 'finetune',
  name: 'n',
  tags: ['t'],
  config: { negatives: 8 },
};

/** A command whose process is a mirror. */
function mirrorCommand(): [string, ...string[]] {
  const script = join(dir, 'mirror.cjs');
  const env = { HOME: dir, WANDB_API_KEY: '0'.repeat(40), WANDB_BASE_URL: server.url };
  writeFileSync(
    script,
    `
    const { runLiveMirror } = require('${join(__dirname, 'run-live-mirror.ts')}');
    runLiveMirror({ env: ${JSON.stringify(env)} });`,
  );
  return [process.execPath, '--require', require.resolve('tsx/cjs'), script];
}

async function until(holds: () => boolean, ms = 20_000): Promise<void> {
  for (const started = performance.now(); !holds() && performance.now() - started < ms;) await sleep(50);
  expect(holds()).toBe(true);
}

describe('startLiveMirror', () => {
  it('brings rows up while the run goes on, also when the server is away at first', async () => {
    server.behave({ as: 'down' });
    const tracker = wandbTracker(wandb(), describedRun);
    tracker.log(0, { loss: 3 });
    const mirror = startLiveMirror(mirrorCommand(), { onLine });
    mirror.follow(wandbLogs(wandb())[0]!.folder);
    await until(() => lines.some((line) => line.includes('is kept and tried again')));
    server.behave({ as: 'well' });
    await until(() => server.recording.runs['live']?.rows.length === 1);
    expect(server.recording.runs['live']).toMatchObject({
      state: 'running',
      group: 'negatives',
      jobType: 'finetune',
      tags: ['t'],
    });
    tracker.log(1, { loss: 2 });
    await until(() => server.recording.runs['live']?.rows.length === 2);
    tracker.log(2, { loss: 1 });
    tracker.finish(0);
    await mirror.close(10_000);
    expect(server.recording.runs['live']).toMatchObject({
      state: 'finished',
      exitCode: 0,
      rows: [
        { loss: 3, _step: 0 },
        { loss: 2, _step: 1 },
        { loss: 1, _step: 2 },
      ],
      config: { negatives: { value: 8 } },
    });
  }, 60_000);

  it('ends without waiting when the server is away, and nothing is lost', async () => {
    server.behave({ as: 'down' });
    const tracker = wandbTracker(wandb(), describedRun);
    const mirror = startLiveMirror(mirrorCommand(), { onLine });
    mirror.follow(wandbLogs(wandb())[0]!.folder);
    await until(() => lines.length > 0);
    tracker.finish(0);
    const started = performance.now();
    await mirror.close(60_000);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(wandbLogs(wandb())).toEqual([expect.objectContaining({ synced: false })]);
  }, 60_000);

  it('leaves no process behind when its parent is killed', async () => {
    const tracker = wandbTracker(wandb(), describedRun);
    tracker.log(0, { loss: 3 });
    const { folder } = wandbLogs(wandb())[0]!;
    const parent = join(dir, 'parent.cjs');
    writeFileSync(
      parent,
      `
      const { startLiveMirror } = require('${join(__dirname, 'start-live-mirror.ts')}');
      startLiveMirror(${JSON.stringify(mirrorCommand())}).follow('${folder}');
      setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), parent], { stdio: 'ignore' });
    // The mirror, and its uploader.
    await until(() => descendants(child.pid!).length >= 2);
    const below = descendants(child.pid!);
    child.kill('SIGKILL');
    await until(() => below.every((pid) => !isRunning(pid)), 10_000);
    tracker.finish(0);
  }, 60_000);

  it('tells, and does not throw, when it can not be started', async () => {
    const mirror = startLiveMirror([join(dir, 'no-such-program')], { onLine });
    mirror.follow('/nowhere');
    await mirror.close(1_000);
    expect(lines).toEqual([expect.stringContaining('could not be started')]);
  });
});

/** A process that has ended but was not collected yet does not run. */
function isRunning(pid: number): boolean {
  try {
    return isProcessAlive(pid) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Processes below one, as /proc knows them. */
function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
