import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { InputError } from '../errors';

/**
 * Opens a file, or a pipe, for reading.
 *
 * @throws {InputError} naming the file when it is missing, not readable, a folder or a device.
 */
export function openInput(file: string): number {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  const stats = fstatSync(handle);
  if (stats.isFile() || stats.isFIFO()) return handle;
  closeSync(handle);
  throw new InputError({
    file,
    message: stats.isDirectory() ? 'is a folder, expected a file' : 'is a device, expected a file',
  });
}

/**
 * Refuses what is no regular file, without opening it: a pipe without a writer would never answer.
 *
 * @throws {InputError} naming the file.
 */
export function requireFile(file: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(file).isFile();
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  if (isFile) return;
  const what = statSync(file).isDirectory() ? 'a folder' : 'a pipe or a device';
  throw new InputError({ file, message: `is ${what}, expected a file` });
}

/**
 * Fills the buffer as far as the file goes, and says how far that was.
 *
 * @throws {InputError} naming the file when it can't be read.
 */
export function readPiece(handle: number, buffer: Buffer, file: string): number {
  let size = 0;
  while (size < buffer.length) {
    let read: number;
    try {
      read = readSync(handle, buffer, size, buffer.length - size, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      throw new InputError({ file, message: readFailure(error) });
    }
    if (read === 0) break;
    size += read;
  }
  return size;
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'no such file: a part of its path is a file, not a folder',
  ENAMETOOLONG: 'no such file: its name is too long',
  ELOOP: 'no such file: its links lead in a circle',
  ENXIO: 'is a socket or a device, expected a file',
};

/** What a failed file access means, in words. */
export function readFailure(error: unknown): string {
  return FAILURES[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
}
