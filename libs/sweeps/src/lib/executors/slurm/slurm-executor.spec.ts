import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineAblation, expandAblation, type PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { failedRecord, type ProcessEnd, runFolder, writePlannedRun, writeRecord } from '@tsarank/runs';
import { slurmExecutor, type SlurmExecutorOptions } from './slurm-executor';
import { runProgram, type ProgramResult, type RunProgram } from './slurm-program';

interface FakeTask {
  name: string;
  array: number;
  index: number;
  state: string;
  reason: string;
  exit: string;
}

/** Slurm as far as its commands show it: submitted tasks are pending until a spec says otherwise. */
class FakeSlurm {
  readonly tasks: FakeTask[] = [];
  readonly calls: string[][] = [];
  /** Answers given instead of the real ones, once each. */
  readonly troubles: Record<string, ProgramResult[]> = {};
  /** Whether sbatch takes an array although its answer is a trouble. */
  takesSilently = false;
  maxArraySize = 1001;
  accounts: string | undefined;
  private next = 100;

  readonly run: RunProgram = async (program, args) => {
    this.calls.push([program, ...args]);
    const trouble = this.troubles[program]?.shift();
    if (trouble && !(program === 'sbatch' && this.takesSilently)) return trouble;
    const stdout = this.answer(program, args);
    return trouble ?? { code: stdout === undefined ? 1 : 0, stdout: stdout ?? '', stderr: '' };
  };

  private answer(program: string, args: readonly string[]): string | undefined {
    const option = (name: string): string => args.find((arg) => arg.startsWith(`--${name}=`))!.slice(name.length + 3);
    switch (program) {
      case 'sbatch': {
        const [, last] = /^0-(\d+)/.exec(option('array'))!;
        const [array, name] = [this.next++, option('job-name')];
        for (let index = 0; index <= Number(last); index += 1)
          this.tasks.push({ name, array, index, state: 'PENDING', reason: 'Resources', exit: '0:0' });
        return `${array}\n`;
      }
      case 'squeue':
        return this.tasks
          .map(({ name, array, index, state, reason }) => `${name}|${index}|${array}|${state}|${reason}\n`)
          .join('');
      case 'scontrol':
        if (args[1] === 'config') return `MaxArraySize            = ${this.maxArraySize}\n`;
        return this.tasks
          .filter((task) => idOf(task) === args.at(-1))
          .map(({ exit }) => `JobId=1 ExitCode=${exit} X=1`)[0];
      case 'scancel':
        this.tasks
          .filter((task) => args.includes(idOf(task)) && !args.includes('--batch'))
          .forEach((task) => (task.state = 'CANCELLED'));
        return '';
      default:
        return this.accounts;
    }
  }

  count(program: string): number {
    return this.calls.filter(([called]) => called === program).length;
  }
}

const idOf = ({ array, index }: FakeTask): string => `${array}_${index}`;
const silent: ProgramResult = {
  code: 1,
  stdout: '',
  stderr: 'error: Unable to contact slurm controller (connect failure)',
};

let runsDir: string;
let slurm: FakeSlurm;
let runs: readonly PlannedRun[];
beforeEach(() => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'slurm %j-'));
  slurm = new FakeSlurm();
  const variants = Object.fromEntries(
    [1, 2, 3, 4, 5].map((steps) => [`v${steps}`, { pretrain: null, finetune: { steps } }]),
  );
  const spec = {
    name: 'test',
    question: '?',
    base: quick,
    variants,
    baseline: 'v1',
    seeds: [0],
    measures: ['AP'] as const,
  };
  const plan = expandAblation(defineAblation(spec), { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
  runs = plan.runs.filter(({ kind }) => kind === 'finetune');
  runs.forEach((run) => writePlannedRun(runsDir, run));
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

const executor = (options: Partial<SlurmExecutorOptions> = {}) =>
  slurmExecutor({ command: ['node', 'execute'], pollMs: 1, run: slurm.run, ...options });
const publish = (run: PlannedRun): void =>
  writeRecord(runsDir, { ...failedRecord(run, { kind: 'nan', message: 'x' }) });

describe('slurmExecutor', () => {
  it('submits what is started together as one array, and says in each folder how to find it again', async () => {
    const jobs = await executor({ slots: 2, sbatch: { partition: 'gpu', exclusive: '' } }).submit(runs, runsDir);
    const [call] = slurm.calls.filter(([program]) => program === 'sbatch');
    expect(slurm.count('sbatch')).toBe(1);
    expect(call).toEqual(
      expect.arrayContaining(['--parsable', '--array=0-4%2', '--requeue', '--partition=gpu', '--exclusive']),
    );
    const [name] = readdirSync(path.join(runsDir, '.slurm'));
    expect(call).toContain(`--output=${runsDir.replace('%', '%%')}/.slurm/${name}/logs/%a`);
    const lines = readFileSync(path.join(runsDir, '.slurm', name!, 'manifest.tsv'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toEqual(runs.map(({ runId }) => `${runFolder(runsDir, runId).planned}\t${runsDir}`));
    expect(jobs.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((task) => `100_${task}`));
    expect(JSON.parse(readFileSync(runFolder(runsDir, runs[3]!.runId).job, 'utf8'))).toEqual({
      executor: 'slurm',
      name,
      task: 3,
      job: '100_3',
    });
  });

  it('makes arrays no larger than Slurm takes', async () => {
    slurm.maxArraySize = 3;
    const jobs = await executor().submit(runs, runsDir);
    expect(jobs.map(({ id }) => id)).toEqual(['100_0', '100_1', '101_0', '101_1', '102_0']);
  });

  it('takes up what an earlier runner has submitted, and submits the rest alone', async () => {
    await executor().submit(runs, runsDir);
    const states = ['RUNNING', 'PENDING', 'COMPLETING', 'FAILED', 'REQUEUED'];
    states.forEach((state, at) => (slurm.tasks[at]!.state = state));
    const later = executor();
    const jobs = await later.submit(runs, runsDir);
    expect(jobs.map(({ id }) => id)).toEqual(['100_0', '100_1', '100_2', '101_0', '100_4']);
    expect((await later.poll(jobs)).map(({ state }) => state)).toEqual([
      'running',
      'queued',
      'running',
      'queued',
      'queued',
    ]);
  });

  it('finds its array again when the runner was killed before Slurm had answered', async () => {
    const killed = executor({
      run: async (...call) => (
        await slurm.run(...call),
        call[0] === 'sbatch' ? Promise.reject(new Error('killed')) : slurm.run(...call)
      ),
    });
    await expect(killed.submit(runs, runsDir)).rejects.toThrow('killed');
    expect((await executor().submit(runs, runsDir)).map(({ id }) => id)).toEqual(
      [0, 1, 2, 3, 4].map((task) => `100_${task}`),
    );
    expect(slurm.count('sbatch')).toBe(1);
  });

  it('does not take another job for its own because Slurm counts from the start again', async () => {
    await executor().submit(runs.slice(0, 1), runsDir);
    slurm.tasks[0]!.name = 'of-somebody-else';
    await executor().submit(runs.slice(0, 1), runsDir);
    expect(slurm.count('sbatch')).toBe(2);
  });

  it('does not send an array twice that a busy controller has taken without saying so', async () => {
    slurm.takesSilently = true;
    slurm.troubles.sbatch = [
      {
        code: 1,
        stdout: '',
        stderr: 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation',
      },
    ];
    const jobs = await executor().submit(runs, runsDir);
    expect(jobs.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((task) => `100_${task}`));
    expect(slurm.count('sbatch')).toBe(1);
    slurm.takesSilently = false;
    slurm.tasks.length = 0;
    slurm.troubles.sbatch = [silent];
    expect((await executor().submit(runs, runsDir))[0]!.id).toBe('101_0');
    expect(slurm.count('sbatch')).toBe(3);
  });

  it('says what sbatch refuses, and submits nothing while it cannot ask what is under way', async () => {
    slurm.troubles.sbatch = [{ code: 1, stdout: '', stderr: 'sbatch: error: invalid partition specified: gpu' }];
    await expect(executor().submit(runs, runsDir)).rejects.toThrow('invalid partition specified: gpu');
    expect(readdirSync(path.join(runsDir, '.slurm'))).toEqual([]);
    slurm.troubles.squeue = Array.from({ length: 99 }, () => silent);
    await expect(executor().submit(runs, runsDir)).rejects.toThrow('nothing was submitted');
    expect(slurm.count('sbatch')).toBe(1);
  });

  it.each<[string, Partial<FakeTask>, Partial<ProcessEnd>]>([
    ['the exit code of a failed task', { state: 'FAILED', exit: '7:0' }, { code: 7, signal: null }],
    ['the signal that ended it', { state: 'FAILED', exit: '0:9' }, { code: null, signal: 'SIGKILL' }],
    [
      'the signal that ended its run, as the shell says it',
      { state: 'FAILED', exit: '134:0' },
      { code: null, signal: 'SIGABRT' },
    ],
    [
      'a cancellation',
      { state: 'CANCELLED' },
      { failure: { kind: 'cancelled', message: 'job 100_0 was cancelled in Slurm' } },
    ],
    [
      'memory',
      { state: 'OUT_OF_MEMORY' },
      { failure: { kind: 'out-of-memory', message: 'job 100_0 ended as OUT_OF_MEMORY in Slurm' } },
    ],
    [
      'its time limit',
      { state: 'TIMEOUT', reason: 'TimeLimit' },
      { failure: { kind: 'timeout', message: 'job 100_0 ended as TIMEOUT in Slurm (TimeLimit)' } },
    ],
    [
      'a preemption',
      { state: 'PREEMPTED' },
      { failure: { kind: 'preempted', message: expect.stringContaining('PREEMPTED') as string } },
    ],
    [
      'a node that broke',
      { state: 'NODE_FAIL' },
      { failure: { kind: 'preempted', message: expect.stringContaining('NODE_FAIL') as string } },
    ],
    [
      'a start that failed',
      { state: 'FAILED', reason: 'JobLaunchFailure', exit: '0:53' },
      { failure: { kind: 'error', message: expect.stringContaining('can its node write') as string } },
    ],
  ])('tells %s', async (_, change, end) => {
    const there = executor();
    const jobs = await there.submit(runs.slice(0, 1), runsDir);
    Object.assign(slurm.tasks[0]!, { reason: 'None' }, change);
    expect(await there.poll(jobs)).toEqual([{ state: 'ended', end: expect.objectContaining(end) as ProcessEnd }]);
  });

  it('says who cancelled a run where the cluster keeps accounts', async () => {
    const there = executor();
    const jobs = await there.submit(runs.slice(0, 1), runsDir);
    Object.assign(slurm.tasks[0]!, { state: 'CANCELLED', reason: 'None' });
    slurm.accounts = 'CANCELLED by 1000\n';
    expect(await there.poll(jobs)).toMatchObject([
      { end: { failure: { message: 'job 100_0 was cancelled in Slurm by user 1000' } } },
    ]);
  });

  it('knows the exit code of a task that Slurm has forgotten, and calls it killed where nothing does', async () => {
    const there = executor();
    const jobs = await there.submit(runs.slice(0, 2), runsDir);
    writeFileSync(path.join(runsDir, '.slurm', jobs[0]!.name, 'ends/0'), '74\n');
    slurm.tasks.length = 0;
    expect((await there.poll(jobs)).map(({ state }) => state)).toEqual(['queued', 'queued']);
    expect(await there.poll(jobs)).toMatchObject([{ end: { code: 74 } }, { end: { failure: { kind: 'killed' } } }]);
  });

  it('waits a few looks for a record that is on its way', async () => {
    const there = executor();
    const jobs = await there.submit(runs.slice(0, 2), runsDir);
    slurm.tasks.forEach((task) => (task.state = 'COMPLETED'));
    expect((await there.poll(jobs)).map(({ state }) => state)).toEqual(['running', 'running']);
    publish(runs[0]!);
    expect((await there.poll(jobs)).map(({ state }) => state)).toEqual(['ended', 'running']);
    let looks = 0;
    while ((await there.poll(jobs))[1]!.state !== 'ended') looks += 1;
    expect(looks).toBeLessThan(5);
  });

  it('takes a controller that does not answer for no end, and asks it once a look', async () => {
    const there = executor();
    const jobs = await there.submit(runs, runsDir);
    slurm.tasks.forEach((task) => (task.state = 'RUNNING'));
    await there.poll(jobs);
    slurm.tasks.length = 0;
    slurm.troubles.squeue = Array.from({ length: 100 }, () => silent);
    const before = slurm.calls.length;
    for (let looks = 0; looks < 100; looks += 1)
      expect((await there.poll(jobs)).map(({ state }) => state)).toEqual(Array(5).fill('running'));
    expect(slurm.calls.slice(before).map(([program]) => program)).toEqual(Array(100).fill('squeue'));
    slurm.troubles.squeue = Array.from({ length: 30 }, () => ({
      code: 1,
      stdout: '',
      stderr: 'squeue: unrecognized option',
    }));
    const refused = async (): Promise<void> => {
      for (;;) await there.poll(jobs);
    };
    await expect(refused()).rejects.toThrow('squeue fails (squeue: unrecognized option); the runs go on');
  });

  it('lets running tasks save before it cancels them, and cancels waiting ones at once', async () => {
    const there = executor();
    const jobs = await there.submit(runs.slice(0, 3), runsDir);
    slurm.tasks[0]!.state = 'RUNNING';
    slurm.tasks[1]!.state = 'COMPLETED';
    await there.cancel(jobs, 20);
    const [first, second, ...last] = slurm.calls.filter(([program]) => program === 'scancel');
    expect([first, second, last.at(-1)]).toEqual([
      ['scancel', '100_2'],
      ['scancel', '--batch', '--signal=USR2', '100_0'],
      ['scancel', '100_0'],
    ]);
    expect(slurm.tasks.map(({ state }) => state)).toEqual(['CANCELLED', 'COMPLETED', 'CANCELLED']);
  });

  it('refuses options that are its own, and says what is missing where there is no Slurm', async () => {
    expect(() => executor({ sbatch: { output: 'x' } })).toThrow('another option of sbatch');
    expect(() => executor({ sbatch: { p: 'gpu' } })).toThrow('a long option of sbatch');
    mkdirSync(path.join(runsDir, 'empty'));
    const absent: RunProgram = (program, args) => runProgram(path.join(runsDir, 'empty', program), args);
    await expect(executor({ run: absent }).submit(runs, runsDir)).rejects.toThrow(/slurm, but no .* on PATH/);
  });
});
