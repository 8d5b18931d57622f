import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun } from '@tsarank/ablation';
import { InputError, WorkError } from '@tsarank/io';
import { EXIT, readRecord, runFolder } from '@tsarank/runs';
import type { Executor, JobState } from '../executor';
import { slurmEnd } from './slurm-end';
import { isUnreachable, runProgram, type RunProgram } from './slurm-program';
import { STOP_SIGNAL } from './slurm-script';
import { readSlurmJob, submitArray, type SlurmJob } from './slurm-submission';
import { hasEnded, isWaiting, slurmTasks, taskKey, type SlurmTask } from './slurm-tasks';

export interface SlurmExecutorOptions {
  /** Program and arguments, as the nodes know them; the path of a `planned.json` and the folder of all runs are appended. */
  command: readonly [string, ...string[]];
  /** Tasks of an array at a time; default: as many as Slurm gives. */
  slots?: number;
  /** More options of `sbatch`, long names: `{ partition: 'gpu', time: '2:00:00', mem: '8G' }`. */
  sbatch?: Readonly<Record<string, string>>;
  /** Default 2000. */
  pollMs?: number;
  /** Calls Slurm's commands; default: those on PATH. */
  run?: RunProgram;
}

/** An array task that is watched. */
export interface WatchedSlurmJob extends SlurmJob {
  runsDir: string;
  /** What it was at the last look. */
  last: JobState;
  /** Looks at which it had ended, or was unknown. */
  looks: number;
}

/** Runs submitted and not yet ended; Slurm itself says when they start. Sites limit this too. */
const IN_QUEUE = 1000;
/** What a controller without an answer has, as its documentation says. */
const MAX_ARRAY_SIZE = 1001;
/** Looks for which an ended run's record may be on its way, over a network file system. */
const RECORD_LOOKS = 5;
/** Looks at which a task must be unknown: a controller that starts again may say too early that it knows none. */
const UNKNOWN_LOOKS = 2;
/** Refusals to answer `squeue` in a row that are no longer taken for a passing trouble. */
const REFUSALS = 30;
/** Tasks named in one command. */
const AT_ONCE = 500;
/** Options of `sbatch` that the executor sets itself or that would break it. */
const OWN_OPTIONS = [
  'array',
  'clusters',
  'error',
  'job-name',
  'no-requeue',
  'open-mode',
  'output',
  'parsable',
  'requeue',
  'signal',
  'wait',
  'wrap',
];

/**
 * Runs as array tasks of Slurm, one array for what is submitted together; they go on without this process, and the next
 * one finds them again. Near its time limit a run saves and is put back into the queue.
 *
 * @throws {InputError} for an option of `sbatch` that is not the user's to set; `submit` throws it where there is no Slurm.
 */
export function slurmExecutor({
  command,
  slots,
  sbatch = {},
  pollMs = 2000,
  run = runProgram,
}: SlurmExecutorOptions): Executor<WatchedSlurmJob> {
  checkOptions(sbatch);
  let arraySize: number | undefined;
  let refusals = 0;

  /** One look at everything; undefined while Slurm does not answer. */
  const look = async (): Promise<Map<string, SlurmTask> | undefined> => {
    const answer = await slurmTasks(run);
    if (answer instanceof Map) {
      refusals = 0;
      return answer;
    }
    refusals += isUnreachable(answer) ? 0 : 1;
    if (refusals < REFUSALS) return undefined;
    throw new WorkError(
      `squeue fails (${answer.stderr.trim()}); the runs go on in Slurm, and the same command watches them again`,
    );
  };
  const insist = async (): Promise<Map<string, SlurmTask>> => {
    for (let tries = 1; tries <= REFUSALS; tries += 1) {
      const tasks = await look();
      if (tasks) return tasks;
      await sleep(pollMs);
    }
    throw new WorkError(
      'Slurm does not answer, so that nothing is known of earlier submissions; nothing was submitted',
    );
  };
  const largestArray = async (): Promise<number> => {
    const { stdout } = await run('scontrol', ['show', 'config']);
    return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? MAX_ARRAY_SIZE) - 1;
  };

  /** What an earlier runner has submitted and is under way, or has just brought a result. */
  const takeUp = async (runs: readonly PlannedRun[], runsDir: string): Promise<Map<string, WatchedSlurmJob>> => {
    const earlier = runs.flatMap(({ runId }) => readSlurmJob(runsDir, runId) ?? []);
    const tasks = earlier.length > 0 ? await insist() : new Map<string, SlurmTask>();
    const taken = new Map<string, WatchedSlurmJob>();
    for (const job of earlier) {
      const task = tasks.get(taskKey(job));
      const isDone = readRecord(runsDir, job.runId)?.status === 'done';
      if (isDone || (task && !hasEnded(task)))
        taken.set(job.runId, watched({ ...job, ...(task ? { id: task.id } : {}) }, runsDir));
    }
    return taken;
  };

  const stateOf = async (job: WatchedSlurmJob, task: SlurmTask | undefined): Promise<JobState> => {
    if (task) job.id = task.id;
    if (task && !hasEnded(task)) {
      job.looks = 0;
      return { state: isWaiting(task) ? 'queued' : 'running' };
    }
    job.looks += 1;
    const hasRecord = isRecordThere(job);
    if (!task && !hasRecord && job.looks < UNKNOWN_LOOKS) return job.last;
    const end = await slurmEnd(job, job.runsDir, task, run);
    const isExpected = !end.failure && (end.code === EXIT.done || end.code === EXIT.failed);
    return isExpected && !hasRecord && job.looks < RECORD_LOOKS ? { state: 'running' } : { state: 'ended', end };
  };

  const scancel = async (args: readonly string[], tasks: readonly SlurmTask[]): Promise<void> => {
    for (let at = 0; at < tasks.length; at += AT_ONCE)
      await run('scancel', [...args, ...tasks.slice(at, at + AT_ONCE).map(({ id }) => id)]);
  };

  return {
    name: 'slurm',
    slots: IN_QUEUE,
    pollMs,
    outlives: true,
    async submit(runs, runsDir) {
      const taken = await takeUp(runs, runsDir);
      const fresh = runs.filter(({ runId }) => !taken.has(runId));
      if (fresh.length > 0) arraySize ??= await largestArray();
      for (let at = 0; at < fresh.length; at += arraySize!) {
        const array = await submitArray(fresh.slice(at, at + arraySize!), {
          runsDir,
          command,
          slots,
          sbatch,
          run,
          pauseMs: pollMs,
        });
        array.forEach((job) => taken.set(job.runId, watched(job, runsDir)));
      }
      return runs.map(({ runId }) => taken.get(runId)!);
    },
    async poll(jobs) {
      const tasks = await look();
      if (tasks) for (const job of jobs) job.last = await stateOf(job, tasks.get(taskKey(job)));
      return jobs.map(({ last }) => last);
    },
    /** A task that the commands do not reach goes on, and is taken up by the next sweep. */
    async cancel(jobs, graceMs) {
      const deadline = performance.now() + graceMs;
      const left = async (): Promise<SlurmTask[]> => {
        let tasks = await look();
        for (; !tasks && performance.now() < deadline; tasks = await look()) await sleep(Math.min(pollMs, 500));
        return jobs.flatMap((job) => tasks?.get(taskKey(job)) ?? []).filter((task) => !hasEnded(task));
      };
      const now = await left();
      await scancel([], now.filter(isWaiting));
      await scancel(
        ['--batch', `--signal=${STOP_SIGNAL}`],
        now.filter((task) => !isWaiting(task)),
      );
      let stragglers = await left();
      while (stragglers.length > 0 && performance.now() < deadline) {
        await sleep(Math.min(pollMs, 500));
        stragglers = await left();
      }
      await scancel([], stragglers);
    },
    logs: ({ runsDir, runId }) => runFolder(runsDir, runId).log,
    describe: ({ id, name }) => `job ${id ?? name}`,
  };
}

const watched = (job: SlurmJob, runsDir: string): WatchedSlurmJob => ({
  ...job,
  runsDir,
  last: { state: 'queued' },
  looks: 0,
});

/** Reading the folder makes a network file system look again. */
function isRecordThere({ runsDir, runId }: WatchedSlurmJob): boolean {
  const { folder, record } = runFolder(runsDir, runId);
  if (existsSync(folder)) readdirSync(folder);
  return existsSync(record);
}

function checkOptions(sbatch: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(sbatch)) {
    const field = '--slurm';
    if (!/^[a-z][a-z-]+$/.test(key))
      throw new InputError({ field, found: `"${key}"`, expected: 'a long option of sbatch, as in time=2:00:00' });
    if (OWN_OPTIONS.includes(key))
      throw new InputError({ field, found: `"${key}"`, expected: 'another option of sbatch: this one is set for you' });
  }
}
