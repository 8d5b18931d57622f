import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from './errors';
import { makeDirectory } from './make-directory';
import { writeWhole } from './standard-streams';

/** The file name that stands for standard output. */
export const STANDARD_OUTPUT = '-';

/** Names of files that this process has open. */
const OPEN_FILE = /^\/(?:dev\/(?:(stdin|stdout|stderr)|fd\/(\d+))|proc\/self\/fd\/(\d+))$/;
const STANDARD = { stdin: 0, stdout: 1, stderr: 2 };

/** Where a file's bytes go. */
export type Destination =
  /** A regular file, or none yet: written beside and renamed; links are followed. */
  | { kind: 'file'; place: string }
  /** A pipe, a terminal, `/dev/null`: written through. */
  | { kind: 'device'; place: string }
  /** A file that this process has open: standard output, `/dev/fd/3`. */
  | { kind: 'open'; handle: number };

/**
 * What stands at a place that is to be written.
 *
 * @throws {InputError} for a folder, a socket, a disk, and for links that lead nowhere.
 */
export function destinationOf(file: string): Destination {
  if (file === STANDARD_OUTPUT) return { kind: 'open', handle: 1 };
  const [, name, ...numbers] = OPEN_FILE.exec(file) ?? [];
  const number = name === undefined ? numbers.find((each) => each !== undefined) : undefined;
  if (name !== undefined || number !== undefined) {
    return { kind: 'open', handle: number === undefined ? STANDARD[name as keyof typeof STANDARD] : Number(number) };
  }
  const place = followed(file);
  const stats = statOf(place);
  if (!stats || stats.isFile()) return { kind: 'file', place };
  if (stats.isFIFO() || stats.isCharacterDevice()) return { kind: 'device', place };
  const found = stats.isDirectory() ? 'a folder' : stats.isSocket() ? 'a socket' : 'a disk';
  throw new InputError({ file, found, expected: 'a file, a pipe, or - for standard output' });
}

/**
 * Writes a file whole or not at all: beside its place first, synced, then renamed. A link stays, and what it leads to is
 * replaced. Pipes, terminals, `/dev/null`, `/dev/fd/N` and `-` (standard output) are written through. Missing parent
 * folders are made.
 *
 * @throws {InputError} when the place can't be written.
 */
export function writeFileAtomic(file: string, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const destination = destinationOf(file);
  try {
    if (destination.kind === 'open') writeWhole(destination.handle, bytes);
    else if (destination.kind === 'device') writeThrough(destination.place, bytes);
    else replaceFile(destination.place, bytes);
  } catch (error) {
    const named = file === STANDARD_OUTPUT ? 'standard output' : file;
    throw new InputError({ file: named, message: `can't be written (${(error as Error).message})` });
  }
}

function writeThrough(place: string, bytes: Uint8Array): void {
  const handle = openSync(place, constants.O_WRONLY);
  try {
    writeWhole(handle, bytes);
  } finally {
    closeSync(handle);
  }
}

function replaceFile(file: string, bytes: Uint8Array): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    makeDirectory(dirname(file));
    const handle = openSync(temporary, 'w');
    try {
      writeWhole(handle, bytes);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

function statOf(place: string) {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined; // a parent that is no folder: the writing says so
  }
}

/** Where links lead, also where nothing is there yet. */
function followed(file: string): string {
  let place = file;
  for (let links = 0; links < 40; links += 1) {
    let isLink: boolean;
    try {
      isLink = lstatSync(place).isSymbolicLink();
    } catch {
      return place;
    }
    if (!isLink) return place;
    place = resolve(dirname(place), readlinkSync(place));
  }
  throw new InputError({ file, message: 'too many links' });
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A parent that is no folder: then nothing was written.
  }
}

/**
 * Publishes a folder whole or not at all: `fill` writes into a folder beside it, which then takes its place.
 * An older folder of that name is replaced only once the new one is complete; where a link stands, what it leads to.
 *
 * @throws {InputError} when the place can't be written; what `fill` throws passes through.
 */
export async function publishDirectory(
  directory: string,
  fill: (temporary: string) => void | Promise<void>,
): Promise<void> {
  const place = realPlace(directory);
  const parent = dirname(place);
  let temporary: string;
  try {
    makeDirectory(parent);
    temporary = mkdtempSync(join(parent, `.${basename(place)}.part-`));
  } catch (error) {
    throw new InputError({ file: directory, message: `can't be written (${(error as Error).message})` });
  }
  try {
    await fill(temporary);
    replaceDirectory(temporary, place);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function realPlace(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
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
