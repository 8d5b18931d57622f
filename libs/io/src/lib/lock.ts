import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError, WorkError } from './errors';
import { makeDirectory } from './make-directory';

/** A held lock. */
export interface Lock {
  release(): void;
}

/**
 * Hold a folder for this process alone, by a file `.lock` that names process and machine.
 * The lock of a process of this machine that no longer lives is taken over.
 *
 * @throws {WorkError} when another live process holds it.
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
    if (tryCreate(file, directory)) {
      return { release: () => rmSync(file, { force: true }) };
    }
    const holder = readHolder(file);
    if (holder !== undefined && isAlive(holder)) {
      throw new WorkError(
        `${directory} is in use by process ${holder.pid} on ${holder.host}; ` +
          `wait for it, or remove ${file} if no such process runs`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new WorkError(`${directory}: the lock ${file} changes hands faster than it can be taken`);
}

interface Holder {
  pid: number;
  host: string;
}

function tryCreate(file: string, directory: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new InputError({ file: directory, message: `can't be written (${(error as Error).message})` });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
