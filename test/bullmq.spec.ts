import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecords, runFolder } from '@tsarank/runs';
import { bullmqExecutor, runSweep, type SweepOutcome, type WorkerEvent } from '@tsarank/sweeps';
import { countingPlan } from './queue-stand-ins/plan';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.warn('redis-server is not installed: sweeps through a BullMQ queue are not tested');

interface TestWorker {
  child: ChildProcess;
  events: (WorkerEvent | { type: 'ended' })[];
}

const queue = 'spec';
const started: ChildProcess[] = [];
let workers: TestWorker[] = [];
let folder: string;
let port: number;
let redis: ChildProcess;
let runsDir: string;
const address = (): string => `redis://127.0.0.1:${port}`;

async function until(what: () => unknown, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${String(what)}`);
    await sleep(20);
  }
}
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}
async function startRedis(): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)));
  await until(() => printed.includes('Ready to accept connections'));
  return child;
}
function startScript(name: string, ...args: string[]): ChildProcess {
  const file = path.join(__dirname, 'queue-stand-ins', name);
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return child;
}
/** Two that are there and free, one of them perhaps from the test before. */
async function twoWorkers(): Promise<[TestWorker, TestWorker]> {
  workers = workers.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  workers.forEach(({ events }) => events.splice(0));
  workers.push(...(await Promise.all(Array.from({ length: 2 - workers.length }, startWorker))));
  return [workers[0]!, workers[1]!];
}
async function startWorker(): Promise<TestWorker> {
  const child = startScript('worker.ts', address(), queue);
  const worker: TestWorker = { child, events: [] };
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    worker.events.push(...lines.map((line) => JSON.parse(line) as WorkerEvent));
  });
  await until(() => worker.events.some(({ type }) => type === 'ready'));
  return worker;
}
async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
const sweep = (
  runs: number,
  options: { signal?: AbortSignal; slots?: number; onNotice?: (text: string) => void } = {},
): Promise<SweepOutcome> =>
  runSweep(countingPlan(runs), {
    runsDir,
    executor: bullmqExecutor({ redis: address(), queue, slots: options.slots ?? 8, ...options }),
    ...options,
    pollMs: 100,
  });
/** What the runs' processes did, as [what, run, process, worker]. */
const diary = (): string[][] => {
  const file = path.join(runsDir, 'diary.txt');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
    : [];
};
const did = (what: string): string[][] => diary().filter(([word]) => word === what);
const sizes = () => ({
  records: readRecords(runsDir).size,
  done: did('done').length,
  runs: new Set(did('done').map(([, run]) => run)).size,
});
const stepsOf = (run: string): number => {
  const file = path.join(runFolder(runsDir, run).folder, 'steps.txt');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
};
const isAlive = (pid: string): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

// Each run is a process of its own; a busy machine takes its time.
jest.setTimeout(180_000);

(hasRedis ? describe : describe.skip)('a sweep through a queue', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsarank-queue-'));
    port = await freePort();
    redis = await startRedis();
  });
  beforeEach(() => (runsDir = mkdtempSync(path.join(folder, 'runs-'))));
  afterAll(async () => {
    await Promise.all(started.map((child) => kill(child)));
    await kill(redis);
    rmSync(folder, { recursive: true });
  });

  it('loses nothing and does nothing twice when a worker is killed', async () => {
    const [victim, other] = await twoWorkers();
    const outcome = sweep(6);
    const mine = (): string[] | undefined =>
      diary().find(([, run, , worker]) => worker === String(victim.child.pid) && stepsOf(run!) > 5);
    await until(mine);
    const [, run, child] = mine() as [string, string, string];
    await kill(victim.child);
    await until(() => !isAlive(child), 2000);
    const reached = stepsOf(run);
    expect(reached).toBeLessThan(40);
    expect(await outcome).toEqual({ executed: 6, finished: 0, failed: [] });
    expect(sizes()).toEqual({ records: 6, done: 6, runs: 6 });
    expect(did('resume').map(([, resumed, , worker]) => [resumed, worker])).toEqual([[run, String(other.child.pid)]]);
    expect(other.events).toContainEqual({
      type: 'notice',
      text: expect.stringContaining('its worker is gone; it is taken again'),
    });
  });

  it('takes up what an earlier runner had put in', async () => {
    const runner = startScript('sweep.ts', address(), queue, runsDir, '5');
    await twoWorkers();
    await until(() => did('done').length >= 1);
    await kill(runner);
    await until(() => did('done').length >= 2);
    const { executed, finished, failed } = await sweep(5);
    expect({ all: executed + finished, failed }).toEqual({ all: 5, failed: [] });
    expect(executed).toBeGreaterThan(0);
    expect(sizes()).toEqual({ records: 5, done: 5, runs: 5 });
    expect(did('start')).toHaveLength(5);
    expect(did('resume')).toEqual([]);
  });

  it('goes on when Redis was away and comes back empty', async () => {
    const both = await twoWorkers();
    const notices: string[] = [];
    const outcome = sweep(4, { onNotice: (text) => notices.push(text) });
    await until(() => did('done').length >= 1);
    await kill(redis);
    await sleep(2500);
    redis = await startRedis();
    expect(await outcome).toEqual({ executed: 4, finished: 0, failed: [] });
    expect(sizes()).toEqual({ records: 4, done: 4, runs: 4 });
    expect(did('start')).toHaveLength(4);
    expect(notices).toEqual([
      expect.stringMatching(/^Redis at .* does not answer \(.*\); trying again$/),
      expect.stringMatching(/answers again$/),
    ]);
    for (const { events } of both) expect(events.filter(({ type }) => type === 'notice').length).toBeLessThan(8);
  });

  it('lets a stopped worker save and give back what it has', async () => {
    const [leaving, staying] = await twoWorkers();
    const outcome = sweep(2);
    await until(() => did('start').length === 2);
    await kill(leaving.child, 'SIGTERM');
    expect(leaving.child.exitCode).toBe(0);
    expect(leaving.events.slice(-2)).toMatchObject([{ type: 'run-end', isGivenBack: true }, { type: 'ended' }]);
    expect(await outcome).toEqual({ executed: 2, finished: 0, failed: [] });
    expect(did('resume').map(([, , , worker]) => worker)).toEqual([String(staying.child.pid)]);
    expect(sizes()).toEqual({ records: 2, done: 2, runs: 2 });
  });

  it('ends what was started and takes back what was not when it is cancelled', async () => {
    await twoWorkers();
    const hold = path.join(runsDir, 'hold');
    writeFileSync(hold, '');
    const stop = new AbortController();
    const outcome = sweep(4, { signal: stop.signal });
    await until(() => did('start').length === 2);
    stop.abort();
    await expect(outcome).rejects.toThrow('4 runs go on in bullmq');
    const executor = bullmqExecutor({ redis: address(), queue, slots: 8 });
    const jobs = await executor.submit(countingPlan(4).runs, runsDir);
    await executor.cancel(jobs, 20_000);
    await executor.close!();
    expect(did('save')).toHaveLength(2);
    await sleep(500);
    expect(did('start')).toHaveLength(2);
    // Nothing of it is in the way of the next sweep.
    rmSync(hold);
    expect(await sweep(4)).toMatchObject({ executed: 4, failed: [] });
    expect([did('resume').length, did('start').length]).toEqual([2, 4]);
  });

  it('says what a worker lacks, and where Redis is missing', async () => {
    await twoWorkers();
    const { runs } = countingPlan(1);
    const executor = bullmqExecutor({ redis: address(), queue, slots: 1 });
    const elsewhere = path.join(runsDir, 'elsewhere');
    const [job] = await executor.submit(runs, elsewhere);
    rmSync(elsewhere, { recursive: true });
    await until(() => job!.state.state === 'ended' || void executor.poll([job!]));
    expect(job!.state).toMatchObject({
      end: { failure: { kind: 'error', message: expect.stringMatching(/there is no .*planned\.json; workers need/) } },
    });
    await executor.close!();
    const nowhere = bullmqExecutor({ redis: `redis://:secret@127.0.0.1:${await freePort()}`, queue, slots: 1 });
    await expect(nowhere.submit(runs, runsDir)).rejects.toThrow(
      /^no Redis at redis:\/\/127\.0\.0\.1:\d+ \(connect ECONNREFUSED .*\); start redis-server/,
    );
    await nowhere.close!();
  });
});
