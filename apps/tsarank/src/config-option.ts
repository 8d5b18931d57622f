import { InputError, nearestName, readJson } from '@tsarank/io';
import type { Argv } from 'yargs';

/**
 * Adds `--config FILE`: a JSON object of option values by long name. The command line goes before the file, the file
 * before the defaults.
 *
 * @param names Options that the file may set.
 */
export function configOption<T>(yargs: Argv<T>, names: readonly string[]): Argv<T> {
  return yargs.config('config', 'JSON file with values of options by their long names', (file: string) =>
    readOptionFile(file, names),
  ) as Argv<T>;
}

/** @throws {InputError} naming the file, and a key that is no option with the nearest that is. */
export function readOptionFile(file: string, names: readonly string[]): Record<string, unknown> {
  const value = readJson(file);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({ file, found: Array.isArray(value) ? 'an array' : String(value), expected: 'a JSON object' });
  }
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue;
    const near = nearestName(key, names);
    throw new InputError({
      file,
      field: key,
      found: 'an unknown option',
      expected: near === undefined ? `one of ${names.join(', ')}` : `${near} perhaps`,
    });
  }
  return value as Record<string, unknown>;
}
