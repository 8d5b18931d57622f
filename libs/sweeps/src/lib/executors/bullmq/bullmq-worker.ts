import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkError } from '@tsarank/io';
import type { Job } from 'bullmq';
import { EXIT, type ProcessEnd, readRecord, runFolder } from '@tsarank/runs';
import { redisNotices, type RedisNotices } from './redis-notices';
import {
  checkAddress,
  checkJob,
  closeQuietly,
  connectQueue,
  DEFAULT_QUEUE,
  publicAddress,
  retryStrategy,
  type RunJobData,
  type RunQueue,
} from './redis-queue';
import { startRunProcess, type RunCommand, type RunProcess } from '../run-process';

/** What a worker does, in order. */
export type WorkerEvent =
  | { type: 'ready' }
  | { type: 'run-start'; runId: string; runsDir: string }
  | { type: 'run-end'; runId: string; end: ProcessEnd; seconds: number; isGivenBack: boolean }
  | { type: 'notice'; text: string };

export interface RunWorkerOptions {
  /** As `redis://host:port/db`. */
  redis: string;
  /** Its name; default `tsarank`. */
  queue?: string;
  /** What executes a run, from the frozen code at `root` or, without one, from the worker's own. */
  command: (root?: string) => RunCommand;
  /** Runs at a time. */
  slots: number;
  /** Stops taking runs; those in hand save, and go back to the queue. */
  signal: AbortSignal;
  onEvent?: (event: WorkerEvent) => void;
  /** Milliseconds that processes have to save and end; default 5000. */
  graceMs?: number;
  /** After so many milliseconds without a sign of life a worker counts as gone. Default 30,000. */
  lockMs?: number;
  /** Milliseconds between looks for runs of workers that are gone; default 10,000. */
  stalledMs?: number;
  /** How long a run's folder may take to show on this machine, in milliseconds; default 10,000. */
  folderMs?: number;
}

/** A run whose workers were lost this often may be what kills them. */
const MAX_LOST = 25;
const LOOK_MS = 1000;
/** BullMQ's words for a job that is not this worker's any more. */
const LOST_JOB = /lock|missing key/i;

/**
 * Takes runs from a queue and executes each in a process of its own until `signal` says stop. Its processes end with it,
 * also where it is killed; what it had in hand then goes to another worker and on from the checkpoint. The lock of a run's
 * folder keeps two workers from one run.
 *
 * @throws {InputError} for an address or a name that can't be.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const {
    redis,
    queue: name = DEFAULT_QUEUE,
    slots,
    signal,
    onEvent,
    graceMs = 5000,
    lockMs = 30_000,
    stalledMs = 10_000,
  } = options;
  checkAddress(redis, name);
  const notices = redisNotices(publicAddress(redis), (text) => onEvent?.({ type: 'notice', text }));
  const queue = await connectPatiently(redis, name, notices, signal);
  if (!queue) return;
  onEvent?.({ type: 'ready' });
  const { Worker } = require('bullmq') as typeof import('bullmq');
  const inHand = new Map<string, RunProcess>();
  const worker = new Worker<RunJobData, ProcessEnd>(name, (job, token) => take(job, token, inHand, options), {
    connection: { url: redis, retryStrategy, maxRetriesPerRequest: null },
    name: `${hostname()}-${process.pid}`,
    concurrency: slots,
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    maxStalledCount: MAX_LOST,
    runRetryDelay: LOOK_MS,
  });
  worker.on('error', (error) =>
    LOST_JOB.test(error.message)
      ? notices.tell(`the queue lost a run of this worker (${error.message})`)
      : notices.trouble(error),
  );
  worker.on('stalled', (jobId) => notices.tell(`${jobId}: its worker is gone; it is taken again`));
  const watch = setInterval(
    () => void heedQueue(queue, inHand, worker.opts.name!, graceMs).catch(notices.trouble),
    LOOK_MS,
  );
  await aborted(signal);
  const closing = worker.close();
  await Promise.all([...inHand.values()].map((run) => run.stop(graceMs)));
  // They are given back now, unless Redis is away.
  await Promise.race([closing, sleep(2000, undefined, { ref: false })]);
  clearInterval(watch);
  await Promise.all([closeQuietly(worker), closeQuietly(queue)]);
}

/** Executes a job's run, or finds that it is done; a run that this worker has in hand already is not started again. */
async function take(
  job: Job<RunJobData, ProcessEnd>,
  token: string | undefined,
  inHand: Map<string, RunProcess>,
  options: RunWorkerOptions,
): Promise<ProcessEnd> {
  const { DelayedError, WaitingError } = require('bullmq') as typeof import('bullmq');
  const { command, signal, onEvent, graceMs = 5000 } = options;
  const data = checkJob(job.name, job.data);
  const { runId, runsDir, root, stopGraceMs } = data;
  const jobId = job.id!;
  const giveBack = async (): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  if (signal.aborted) return giveBack();
  if (stopGraceMs !== undefined) return { code: EXIT.interrupted, signal: null };
  await checkFolder(data, options);
  // An earlier process of this run ended when Redis could not be told.
  if (readRecord(runsDir, runId)) return { code: EXIT.done, signal: null };
  const earlier = inHand.get(jobId);
  if (earlier?.isStopping) {
    await job.moveToDelayed(Date.now() + LOOK_MS, token);
    throw new DelayedError();
  }
  // Redis may have lost the job and been given it again: then its process is this worker's already.
  const run = earlier ?? startRunProcess(command(root), runId, runsDir);
  const started = performance.now();
  if (!earlier) {
    inHand.set(jobId, run);
    onEvent?.({ type: 'run-start', runId, runsDir });
    if (signal.aborted) void run.stop(graceMs);
  }
  const end = await run.ended;
  const isGivenBack = signal.aborted && run.isStopping && (end.code === EXIT.interrupted || end.signal !== null);
  if (!earlier) {
    inHand.delete(jobId);
    onEvent?.({ type: 'run-end', runId, end, seconds: (performance.now() - started) / 1000, isGivenBack });
  }
  return isGivenBack ? giveBack() : end;
}

/** Ends what the runner does not want any more, and what another worker has now. */
async function heedQueue(
  queue: RunQueue,
  inHand: ReadonlyMap<string, RunProcess>,
  name: string,
  graceMs: number,
): Promise<void> {
  await Promise.all(
    [...inHand].map(async ([jobId, run]) => {
      const job = await queue.getJob(jobId);
      if (job?.data.stopGraceMs !== undefined) void run.stop(job.data.stopGraceMs);
      else if (job?.processedBy !== undefined && job.processedBy !== name) void run.stop(graceMs);
    }),
  );
}

async function checkFolder(
  { runId, runsDir, root }: RunJobData,
  { folderMs = 10_000 }: RunWorkerOptions,
): Promise<void> {
  const { planned } = runFolder(runsDir, runId);
  const deadline = performance.now() + folderMs;
  for (const file of [planned, ...(root ? [root] : [])]) {
    while (!existsSync(file)) {
      if (performance.now() > deadline)
        throw new WorkError(
          `worker on ${hostname()}: there is no ${file}; workers need the runner's folders at the same place`,
        );
      await sleep(100);
    }
  }
}

async function connectPatiently(
  redis: string,
  name: string,
  notices: RedisNotices,
  signal: AbortSignal,
): Promise<RunQueue | undefined> {
  for (let times = 1; !signal.aborted; times += 1) {
    try {
      const queue = await connectQueue(redis, name, notices, signal);
      notices.well();
      return queue;
    } catch (error) {
      if (!signal.aborted) notices.trouble((error as Error).cause ?? error);
      await sleep(retryStrategy(times), undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
