import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from './errors';
import { makeDirectory } from './make-directory';

/**
 * Write a file whole or not at all: beside its place first, synced, then renamed.
 * Missing parent folders are made.
 *
 * @throws {InputError} when the place can't be written.
 */
export function writeFileAtomic(file: string, data: string | Uint8Array): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    makeDirectory(dirname(file));
    const handle = openSync(temporary, 'w');
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    removeIfThere(temporary);
    throw new InputError({ file, message: `can't be written (${(error as Error).message})` });
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A parent that is no folder: then nothing was written.
  }
}

/**
 * Publish a folder whole or not at all: `fill` writes into a folder beside it, which then takes its place.
 * An older folder of that name is replaced only once the new one is complete.
 *
 * @throws {InputError} when the place can't be written; what `fill` throws passes through.
 */
export async function publishDirectory(
  directory: string,
  fill: (temporary: string) => void | Promise<void>,
): Promise<void> {
  const parent = dirname(directory);
  let temporary: string;
  try {
    makeDirectory(parent);
    temporary = mkdtempSync(join(parent, `.${basename(directory)}.part-`));
  } catch (error) {
    throw new InputError({ file: directory, message: `can't be written (${(error as Error).message})` });
  }
  try {
    await fill(temporary);
    replaceDirectory(temporary, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function replaceDirectory(from: string, to: string): void {
  const old = `${from}-old`;
  try {
    renameSync(to, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
