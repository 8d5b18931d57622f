import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { destinationOf, InputError, STANDARD_OUTPUT, type Destination } from '@tsarank/io';

/**
 * Checks, before any work, that a file can be written at a place, which is none of the files that are read; leaves nothing behind
 * and makes no folder.
 *
 * @throws {InputError} naming the option and the place.
 */
export function requireWritableFile(file: string, field: string, inputs: readonly string[] = []): void {
  let destination: Destination;
  try {
    destination = destinationOf(file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({
      ...error.problem,
      field,
      found: error.problem.found ? `${file}, ${error.problem.found}` : file,
    });
  }
  if (inputs.some((input) => isSame(input, file)))
    throw new InputError({ field, found: `${file}, which is read`, expected: 'a file of its own' });
  if (destination.kind === 'open') return;
  if (destination.kind === 'file') return requireWritableParent(destination.place, field);
  try {
    accessSync(destination.place, constants.W_OK);
  } catch (error) {
    throw new InputError({ field, message: `${file} can't be written (${(error as Error).message})` });
  }
}

/**
 * The same for a model folder, which is replaced as a whole when the new one is complete: what stands there must be
 * an empty folder or a model saved by this program, and not one that is being read.
 *
 * @throws {InputError} naming the option and the place.
 */
export function requireWritableModelFolder(folder: string, field: string, inputs: readonly string[]): void {
  if (folder === STANDARD_OUTPUT)
    throw new InputError({ field, found: '-', expected: 'a folder: a model is no stream' });
  requireWritableParent(folder, field);
  if (!existsSync(folder)) return;
  if (!isFolder(folder)) throw new InputError({ field, found: `${folder}, a file`, expected: 'a folder' });
  if (inputs.flatMap(placesOf).some((input) => isSame(input, folder))) {
    throw new InputError({ field, found: `${folder}, which is read`, expected: 'a folder of its own' });
  }
  const entries = readdirSync(folder);
  if (entries.length > 0 && !entries.includes('tsarank.json')) {
    const found = `${folder}, which holds other files (${entries.slice(0, 3).join(', ')})`;
    throw new InputError({ field, found, expected: 'a new or empty folder, or a model saved by tsarank' });
  }
}

/**
 * Checks, before any work, that a folder can be written that isn't there yet, or is empty.
 *
 * @throws {InputError} naming the option and the place.
 */
export function requireNewFolder(folder: string, field: string): void {
  if (folder === STANDARD_OUTPUT) throw new InputError({ field, found: '-', expected: 'a folder' });
  requireWritableParent(folder, field);
  if (!existsSync(folder)) return;
  if (!isFolder(folder)) throw new InputError({ field, found: `${folder}, a file`, expected: 'a new folder' });
  const entries = readdirSync(folder);
  if (entries.length === 0) return;
  const found = `${folder}, which holds ${entries.slice(0, 3).join(', ')}`;
  throw new InputError({ field, found, expected: 'a new or empty folder' });
}

/**
 * Checks that a folder that may be written holds no model yet.
 *
 * @throws {InputError} naming the option and the place.
 */
export function requireNoModel(folder: string, field: string): void {
  if (!existsSync(join(folder, 'tsarank.json'))) return;
  throw new InputError({
    field,
    found: `${folder}, which holds a model`,
    expected: 'a new or empty folder, or --overwrite',
  });
}

/** A model that is read and, where it is an adapter, the places where its base model may lie. */
function placesOf(input: string): string[] {
  const { isAdapterFolder, readAdapterConfig } =
    require('@tsarank/model/containers') as typeof import('@tsarank/model/containers');
  if (!existsSync(input) || !isAdapterFolder(input)) return [input];
  const { base } = readAdapterConfig(input);
  return [input, resolve(input, base), resolve(base)];
}

function requireWritableParent(place: string, field: string): void {
  let parent = dirname(resolve(place));
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  const probe = join(parent, `.tsarank-${process.pid}.part`);
  try {
    closeSync(openSync(probe, 'wx'));
    rmSync(probe);
  } catch (error) {
    throw new InputError({ field, message: `${place} can't be written (${(error as Error).message})` });
  }
}

function isSame(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false;
  const [first, second] = [statSync(one), statSync(other)];
  return first.dev === second.dev && first.ino === second.ino;
}

function isFolder(place: string): boolean {
  return existsSync(place) && statSync(place).isDirectory();
}
