import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '@tsarank/io';
import type { Job } from 'bullmq';
import { EXIT, failureOf, type ProcessEnd, readRecord, runFolder } from '@tsarank/runs';
import type { Executor, JobState } from '../executor';
import { redisNotices } from './redis-notices';
import {
  checkAddress,
  closeQuietly,
  connectQueue,
  DEFAULT_QUEUE,
  JOB_NAME,
  jobIdOf,
  publicAddress,
  type RunJobData,
  type RunQueue,
} from './redis-queue';

export interface BullmqExecutorOptions {
  /** As `redis://host:port/db`. */
  redis: string;
  /** Its name; default `tsarank`. */
  queue?: string;
  /** Runs in the queue at a time; how many are executed is up to the workers. */
  slots: number;
  /** Of frozen code that the workers run instead of their own. */
  root?: string;
  /** A line for people: Redis does not answer, no worker is there. */
  onNotice?: (text: string) => void;
}

/** A run in the queue. */
export interface QueueJob {
  readonly jobId: string;
  readonly data: RunJobData;
  readonly log: string;
  /** Whether Redis has taken it, as far as is known. */
  isQueued: boolean;
  /** As last seen. */
  state: JobState;
}

/** How long Redis keeps a job that has ended, for a runner that was away; the record stays anyway. */
const KEEP = { age: 3600 };
/** How soon a worker sees that it is asked to stop, and tells how the run ended. */
const HEED_MS = 3000;
const WORKERS_LOOK_MS = 15_000;

/**
 * Runs in a BullMQ queue, which any number of `runWorker` take them from, on this machine or others that have the same
 * folder of runs. What a killed worker had in hand goes to another one and on from its checkpoint. Where Redis is away
 * for a while, or comes back empty, runs go on and are put in again.
 *
 * @throws {InputError} for an address or a name that can't be.
 */
export function bullmqExecutor({
  redis,
  queue: name = DEFAULT_QUEUE,
  slots,
  root,
  onNotice = () => undefined,
}: BullmqExecutorOptions): Executor<QueueJob> {
  checkAddress(redis, name);
  const notices = redisNotices(publicAddress(redis), onNotice);
  let connecting: Promise<RunQueue> | undefined;
  let lookedForWorkers = performance.now();
  const connect = (): Promise<RunQueue> => (connecting ??= connectQueue(redis, name, notices));

  /** Puts a run in, unless it is there already; what is left of an earlier try is removed first. */
  const enqueue = async (job: QueueJob): Promise<void> => {
    const queue = await connect();
    const found = await queue.getJob(job.jobId);
    if (found?.finishedOn !== undefined && !hasRecord(job)) await found.remove();
    else if (found?.data.stopGraceMs !== undefined) await found.updateData(job.data);
    await queue.add(JOB_NAME, job.data, { jobId: job.jobId, attempts: 1, removeOnComplete: KEEP, removeOnFail: KEEP });
    job.isQueued = true;
  };
  const look = async (job: QueueJob): Promise<JobState> => {
    const found = job.isQueued ? await (await connect()).getJob(job.jobId) : undefined;
    if (found?.finishedOn !== undefined) return { state: 'ended', end: endOf(found) };
    if (found) return { state: found.processedOn === undefined ? 'queued' : 'running' };
    if (job.isQueued && hasRecord(job)) return { state: 'ended', end: { code: EXIT.done, signal: null } };
    // Redis has lost it, or never had it.
    job.isQueued = false;
    await enqueue(job);
    return { state: 'queued' };
  };
  const poll = (jobs: readonly QueueJob[]): Promise<JobState[]> =>
    Promise.all(
      jobs.map(async (job) => {
        if (job.state.state === 'ended') return job.state;
        return (job.state = await look(job).catch((error: unknown) => (notices.trouble(error), job.state)));
      }),
    );
  const askToStop = async ({ jobId }: QueueJob, stopGraceMs: number): Promise<void> => {
    const found = await (await connect()).getJob(jobId);
    if (!found || found.finishedOn !== undefined) return;
    await found.updateData({ ...found.data, stopGraceMs });
    // Refused while a worker has it; that one will see what it is asked.
    if (found.processedOn === undefined) await found.remove().catch(() => undefined);
  };
  const lookForWorkers = async (jobs: readonly QueueJob[]): Promise<void> => {
    if (performance.now() - lookedForWorkers < WORKERS_LOOK_MS || !jobs.every(({ state }) => state.state === 'queued'))
      return;
    lookedForWorkers = performance.now();
    const workers = await connect()
      .then(
        (queue) => queue.getWorkersCount(),
        () => undefined,
      )
      .catch(() => undefined);
    if (workers === 0)
      notices.tell(`no worker takes runs from queue ${name} at ${publicAddress(redis)}; start one: npx ablate worker`);
  };

  return {
    name: 'bullmq',
    slots,
    pollMs: 500,
    outlives: true,
    async submit(runs, runsDir) {
      await connect();
      const jobs = runs.map(({ runId }): QueueJob => {
        const data: RunJobData = { runId, runsDir: path.resolve(runsDir), ...(root ? { root } : {}) };
        return {
          jobId: jobIdOf(data),
          data,
          log: runFolder(runsDir, runId).log,
          isQueued: false,
          state: { state: 'queued' },
        };
      });
      for (const job of jobs) {
        const text = JSON.stringify(
          { executor: 'bullmq', redis: publicAddress(redis), queue: name, job: job.jobId },
          null,
          2,
        );
        writeFileAtomic(runFolder(runsDir, job.data.runId).job, `${text}\n`);
      }
      await Promise.all(jobs.map((job) => enqueue(job).catch(notices.trouble)));
      return jobs;
    },
    async poll(jobs) {
      const states = await poll(jobs);
      await lookForWorkers(jobs);
      return states;
    },
    async cancel(jobs, graceMs) {
      const deadline = performance.now() + graceMs + HEED_MS;
      await Promise.all(jobs.map((job) => askToStop(job, graceMs).catch(notices.trouble)));
      const isLeft = async ({ jobId }: QueueJob): Promise<boolean> => {
        const found = await (await connect()).getJob(jobId);
        return found !== undefined && found.finishedOn === undefined && found.processedOn !== undefined;
      };
      while (performance.now() < deadline) {
        const left = await Promise.all(jobs.map((job) => isLeft(job).catch(() => true)));
        if (!left.includes(true)) return;
        await sleep(100);
      }
    },
    logs: ({ log }) => log,
    describe: ({ jobId }) => `job ${jobId} in queue ${name}`,
    async close() {
      const queue = await connecting?.catch(() => undefined);
      if (queue) await closeQuietly(queue);
    },
  };
}

function hasRecord({ data: { runsDir, runId } }: QueueJob): boolean {
  return readRecord(runsDir, runId) !== undefined;
}

/** What a worker says of a run's process; where the queue gave up on it, why. */
function endOf({ returnvalue, failedReason, stalledCounter }: Job<RunJobData, ProcessEnd>): ProcessEnd {
  if (returnvalue && 'code' in returnvalue) return returnvalue;
  const { kind, message } = failureOf(failedReason ?? 'the queue does not say how it ended');
  if (message.includes('stalled')) return lost('killed', `its workers were lost ${stalledCounter} times`);
  return lost(kind, message);
}

function lost(kind: ReturnType<typeof failureOf>['kind'], message: string): ProcessEnd {
  return { code: null, signal: null, failure: { kind, message } };
}
