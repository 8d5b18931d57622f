import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, sha256, WorkError } from '@tsarank/io';
import type { Queue } from 'bullmq';
import { runFolder, type ProcessEnd } from '@tsarank/runs';
import { FROZEN_CODE } from '../../frozen-code';
import { troubleText, type RedisNotices } from './redis-notices';

/** What a worker is told of a run. */
export interface RunJobData {
  runId: string;
  /** Absolute; the worker's machine has the same folder there. */
  runsDir: string;
  /** Of the code as it was frozen for the sweep; absent: the worker's own. */
  root?: string;
  /** The runner wants it ended, with so many milliseconds to save. */
  stopGraceMs?: number;
}

export type RunQueue = Queue<RunJobData, ProcessEnd>;

/** Jobs of this name are runs; others are not ours. */
export const JOB_NAME = 'run';
export const DEFAULT_QUEUE = 'tsarank';
const CONNECT_MS = 5000;
const COMMAND_MS = 3000;
const LONGEST_PAUSE_MS = 5000;

/** An address without its password, for people and files. */
export function publicAddress(redis: string): string {
  const { protocol, host, pathname } = new URL(redis);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/**
 * @param redis As `redis://host:port/db`; `rediss://` for TLS; user and password before the host.
 * @throws {InputError} for another kind of address, and for a queue's name that Redis keys can't hold.
 */
export function checkAddress(redis: string, queue: string): void {
  if (!/^rediss?:\/\/\S+$/.test(redis) || !URL.canParse(redis)) {
    throw new InputError({ field: 'redis', found: `"${redis}"`, expected: 'redis://host:port' });
  }
  if (!/^[\w.-]+$/.test(queue))
    throw new InputError({ field: 'queue', found: `"${queue}"`, expected: 'letters, digits, ".", "-" and "_"' });
}

/** Comes again after 0.2 s, 0.4 s, … up to 5 s, without end. */
export function retryStrategy(times: number): number {
  return Math.min(100 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS);
}

/**
 * A job's data, checked before any path is made of it: whoever can write to Redis could otherwise name any file, or any code.
 *
 * @throws {InputError} for a job that no runner put in: another name, no run id, a folder that isn't absolute, code from
 *   elsewhere than the runs' own frozen copies.
 */
export function checkJob(name: string, data: unknown): RunJobData {
  const wrong = (field: string, found: unknown, expected: string): InputError =>
    new InputError({ field: `job.${field}`, found: JSON.stringify(found) ?? 'nothing', expected });
  if (name !== JOB_NAME) throw wrong('name', name, `"${JOB_NAME}"`);
  const { runId, runsDir, root, stopGraceMs } = (data ?? {}) as Partial<Record<keyof RunJobData, unknown>>;
  if (typeof runsDir !== 'string' || !path.isAbsolute(runsDir)) throw wrong('runsDir', runsDir, 'an absolute path');
  runFolder(runsDir, runId as string);
  const copies = path.join(runsDir, FROZEN_CODE);
  if (
    root !== undefined &&
    (typeof root !== 'string' || path.dirname(root) !== copies || path.normalize(root) !== root)
  ) {
    throw wrong('root', root, `a folder in ${copies}`);
  }
  if (stopGraceMs !== undefined && !(typeof stopGraceMs === 'number' && stopGraceMs >= 0)) {
    throw wrong('stopGraceMs', stopGraceMs, 'milliseconds');
  }
  return data as RunJobData;
}

/** The same run has one job, whoever submits it; the same run in another folder has another one. */
export function jobIdOf({ runId, runsDir }: RunJobData): string {
  return `${JOB_NAME}-${runId}-${sha256(path.resolve(runsDir)).slice(0, 8)}`;
}

/**
 * The queue, connected. What it is asked later fails within seconds where Redis does not answer, and it connects again by
 * itself.
 *
 * @param signal Stops waiting for it.
 * @throws {WorkError} when Redis does not answer at first.
 */
export async function connectQueue(
  redis: string,
  queue: string,
  notices: RedisNotices,
  signal?: AbortSignal,
): Promise<RunQueue> {
  const { Queue } = require('bullmq') as typeof import('bullmq');
  const connection = {
    url: redis,
    retryStrategy,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_MS,
    connectTimeout: CONNECT_MS,
  };
  const opened: RunQueue = new Queue(queue, { connection });
  let last: unknown = new Error(`no answer within ${CONNECT_MS / 1000} s`);
  const remember = (error: unknown): void => void (last = error);
  opened.on('error', remember);
  const enough = sleep(CONNECT_MS, false, { ref: false, signal }).catch(() => false);
  const ready = await Promise.race([opened.waitUntilReady().then(() => true, remember), enough]);
  if (!ready) {
    await closeQuietly(opened);
    throw new WorkError(
      `no Redis at ${publicAddress(redis)} (${troubleText(last)}); start redis-server there, or name another one`,
      { cause: last },
    );
  }
  opened.off('error', remember);
  opened.on('error', notices.trouble);
  opened.backend.on('ready', notices.well);
  return opened;
}

/** Lets go of a connection, also where nobody answers any more. */
export async function closeQuietly(connected: {
  close(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}): Promise<void> {
  connected.on('error', () => undefined);
  await Promise.race([connected.close().catch(() => undefined), sleep(1000, undefined, { ref: false })]);
  await Promise.race([connected.disconnect().catch(() => undefined), sleep(1000, undefined, { ref: false })]);
}
