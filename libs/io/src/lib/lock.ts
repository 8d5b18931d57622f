import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
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

/** How often a holder touches its lock, so that other machines see that it is alive. */
const BEAT_MS = 5_000;
/** A lock of another machine that nobody touched for this long, as watched from here, is stale. No clock is compared. */
const STALE_MS = 60_000;
const LOOK_MS = 100;
/** Tries to read a lock that changes hands meanwhile. */
const TRIES = 100;

/**
 * Holds a folder for this process alone, by a file `.lock` that names process and machine. The lock of a process of this
 * machine that no longer lives (or whose number another process has now) is taken over.
 *
 * The file appears whole (written beside, then linked, which fails where there is one), and is removed by its holder
 * alone, or by the one process that holds the lock for its removal, `.lock.<token>`.
 *
 * @throws {WorkError} when another live process holds it, or one of another machine.
 * @throws {InputError} when the folder can't be written, or its lock is damaged.
 */
export function acquireLock(directory: string): Lock {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw unwritable(directory, error);
  }
  const file = join(directory, '.lock');
  const lock = take(file);
  if (!('holder' in lock)) return heldWithBeat(file, lock);
  throw new WorkError(
    `${directory} is in use by process ${lock.holder.pid} on ${lock.holder.host}; ` +
      `wait for it, or remove ${file} if no such process runs`,
  );
}

/**
 * As `acquireLock`, but waits for the holder to end. A holder on another machine counts as gone when it has not touched
 * its lock for `staleMs` of watching.
 *
 * @throws {WorkError} when the lock is still held after `waitMs`.
 * @throws {InputError} as acquireLock.
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
      if (!(error instanceof WorkError)) throw error;
      const now = performance.now();
      const beat = beatOf(file);
      if (beat !== seen.beat) seen = { beat, at: now };
      const holder = readHolder(file);
      if (holder && holder.host !== hostname() && now - seen.at > staleMs) removeLockOf(holder, file);
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
  /** No other lock has it. */
  token: string;
}

/** A lock file of this process, or who has it instead. */
type Taken = { token: string } | { holder: Holder };

function take(file: string): Taken {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const token = tryPublish(file);
    if (token !== undefined) return { token };
    const holder = readHolder(file);
    // Released since; the next try may have it.
    if (holder === undefined) continue;
    if (isAlive(holder) || !removeLockOf(holder, file)) return { holder };
  }
  throw new WorkError(`the lock ${file} changes hands faster than it can be taken`);
}

/**
 * Removes the lock of a holder that is gone. Only the process that holds `<file>.<token>` may do so, and looks again
 * first: otherwise two takers of one stale lock would remove each other's.
 *
 * @returns Whether the lock may be free now; false while another process is removing it.
 */
function removeLockOf({ token }: Holder, file: string): boolean {
  const guard = `${file}.${token}`;
  const taken = take(guard);
  if ('holder' in taken) return false;
  try {
    if (readHolder(file)?.token === token) unlinkSync(file);
  } finally {
    removeOwn(guard, taken.token);
  }
  return true;
}

/** Publishes a lock file of this process; undefined where there is one already. */
function tryPublish(file: string): string | undefined {
  const token = randomBytes(8).toString('hex');
  const start = processStart(process.pid);
  const holder: Holder = { pid: process.pid, host: hostname(), ...(start ? { start } : {}), token };
  const beside = `${file}.${token}.part`;
  try {
    writeFileSync(beside, JSON.stringify(holder), { flag: 'wx' });
    linkSync(beside, file);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw unwritable(file, error);
  } finally {
    removeIfThere(beside);
  }
}

function heldWithBeat(file: string, { token }: { token: string }): Lock {
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
      removeOwn(file, token);
    },
  };
}

/** One that another machine has taken over since is its own. */
function removeOwn(file: string, token: string): void {
  if (readHolder(file)?.token === token) removeIfThere(file);
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Gone already, or in a folder that can't be written any more.
  }
}

/**
 * Who holds a lock; undefined where there is none.
 *
 * @throws {InputError} for a damaged one: its holder may be alive.
 */
function readHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(file, error);
  }
  const holder = parsed(text);
  if (holder) return holder;
  throw new InputError({
    file,
    found: 'a damaged lock',
    expected: 'the process that holds it; remove the file if nothing uses this folder',
  });
}

function parsed(text: string): Holder | undefined {
  try {
    const { pid, host, start, token } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    const isWhole =
      Number.isInteger(pid) && typeof host === 'string' && (start === undefined || typeof start === 'string');
    if (!isWhole) return undefined;
    // Locks of earlier versions have no token; their process and start tell them apart.
    const known = typeof token === 'string' && /^[0-9a-f]+$/.test(token) ? token : `${String(pid)}-${start ?? 0}`;
    return { pid: pid as number, host, ...(start === undefined ? {} : { start }), token: known };
  } catch {
    return undefined;
  }
}

function unwritable(file: string, error: unknown): InputError {
  return new InputError({ file, message: `can't be written (${(error as Error).message})` });
}

function beatOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function isAlive({ pid, host, start }: Holder): boolean {
  return host !== hostname() || isProcessAlive(pid, start);
}
