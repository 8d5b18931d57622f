import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, WorkError } from './errors';
import { makeDirectory } from './make-directory';
import { isProcessAlive, processStart } from './process-start';

/** A held lock. */
export interface Lock {
  release(): void;
}

/** How often a holder touches its lock, so that other machines see it live. */
const BEAT_MS = 5_000;
/** A lock of another machine that nobody touched for this long, as watched from here, is stale. No clock is compared. */
const STALE_MS = 60_000;
const LOOK_MS = 100;

/**
 * Hold a folder for this process alone, by a file `.lock` that names process and machine. The lock of a process of this
 * machine that no longer lives (or whose number another process has now) is taken over.
 *
 * @throws {WorkError} when another live process holds it, or one of another machine.
 * @throws {InputError} when the folder can't be written.
 */
export function acquireLock(directory: string): Lock {
  const file = join(directory, '.lock');
  try {
    makeDirectory(directory);
  } catch (error) {
    throw new InputError({ file: directory, message: `can't be written (${(error as Error).message})` });
  }
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (tryCreate(file, directory)) return held(file);
    const holder = readHolder(file);
    if (holder !== undefined && isAlive(holder)) {
      throw new WorkError(
        `${directory} is in use by process ${holder.pid} on ${holder.host}; ` +
          `wait for it, or remove ${file} if no such process runs`,
      );
    }
    removeStale(file, holder);
  }
  throw new WorkError(`${directory}: the lock ${file} changes hands faster than it can be taken`);
}

/**
 * As `acquireLock`, but waits for the holder to end. A holder on another machine counts as gone when it has not touched
 * its lock for `staleMs` of watching.
 *
 * @throws {WorkError} when the lock is still held after `waitMs`.
 */
export async function waitForLock(
  directory: string,
  { waitMs, staleMs = STALE_MS }: { waitMs: number; staleMs?: number },
): Promise<Lock> {
  const file = join(directory, '.lock');
  const started = performance.now();
  let seen = { beat: beatOf(file), at: started };
  for (;;) {
    try {
      return acquireLock(directory);
    } catch (error) {
      const now = performance.now();
      const beat = beatOf(file);
      if (beat !== seen.beat) seen = { beat, at: now };
      const holder = readHolder(file);
      if (!(error instanceof WorkError)) throw error;
      if (holder && holder.host !== hostname() && now - seen.at > staleMs) removeStale(file, holder);
      else if (now - started > waitMs) throw error;
      await sleep(LOOK_MS);
    }
  }
}

interface Holder {
  pid: number;
  host: string;
  /** When the process started, as the system counts it: tells it from a later one with the same number. */
  start?: string;
}

function held(file: string): Lock {
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // A folder that is gone or full: the lock is released with the process.
    }
  }, BEAT_MS).unref();
  return {
    release: () => {
      clearInterval(beat);
      rmSync(file, { force: true });
    },
  };
}

function tryCreate(file: string, directory: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    const start = processStart(process.pid);
    writeSync(
      handle,
      JSON.stringify({ pid: process.pid, host: hostname(), ...(start ? { start } : {}) } satisfies Holder),
    );
    closeSync(handle);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOSPC') rmSync(file, { force: true });
    throw new InputError({ file: directory, message: `can't be written (${(error as Error).message})` });
  }
}

/** Puts a stale lock aside; if another process replaced it in the meantime, its lock is put back. */
function removeStale(file: string, stale: Holder | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const taken = readHolder(aside);
  if (taken && isAlive(taken) && JSON.stringify(taken) !== JSON.stringify(stale)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function beatOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function isAlive({ pid, host, start }: Holder): boolean {
  return host !== hostname() || isProcessAlive(pid, start);
}
