import { InputError, nearestName, readJson } from '@tsarank/io';
import type { Argv, Options } from 'yargs';

/**
 * Adds `--config FILE`: a JSON object of option values by long name. The command line goes before the file, the file
 * before the defaults.
 *
 * @param options Those that the file may set.
 */
export function configOption<T>(yargs: Argv<T>, options: Readonly<Record<string, Options>>): Argv<T> {
  return yargs.config('config', 'JSON file with values of options by their long names', (file: string) =>
    readOptionFile(file, options),
  ) as Argv<T>;
}

/** @throws {InputError} naming the file, and a key that is no option with the nearest that is, or a yes or no that is neither. */
export function readOptionFile(file: string, options: Readonly<Record<string, Options>>): Record<string, unknown> {
  const value = readJson(file);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({ file, found: Array.isArray(value) ? 'an array' : String(value), expected: 'a JSON object' });
  }
  const names = Object.keys(options);
  for (const [key, given] of Object.entries(value)) {
    if (options[key]?.type === 'boolean' && typeof given !== 'boolean') {
      throw new InputError({ file, field: key, found: JSON.stringify(given), expected: 'true or false' });
    }
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
