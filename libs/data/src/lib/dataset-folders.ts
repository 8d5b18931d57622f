import { InputError } from '@tsarank/io';

const PREFIX = 'dataset:';

let folderOf: ((name: string) => string) | undefined;

/**
 * Says where collections named `dataset:` lie. An application does so once, as it starts: the names stand in run
 * configurations, which are the same on every machine, and the cache is each machine's own.
 *
 * @param place The folder of a name; throws an InputError where it isn't there. Asked for such names alone.
 */
export function useDatasetFolders(place: (name: string) => string): void {
  folderOf = place;
}

/**
 * The folder of a collection named `dataset:`; undefined for other names.
 *
 * @throws {InputError} when it isn't there.
 */
export function datasetFolder(name: string): string | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  if (folderOf !== undefined) return folderOf(name);
  throw new InputError({ found: `"${name}"`, expected: 'a folder: this program has no cache of collections' });
}
