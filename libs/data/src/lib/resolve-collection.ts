import { existsSync } from 'node:fs';
import { InputError, nearestName } from '@tsarank/io';
import { datasetFolder } from './dataset-folders';
import { readCollection } from './readers/beir-folder';
import type { HashedCollection } from './readers/beir-folder';
import { cweCollection } from './embedded/cwe-collection';
import { factbookCollection } from './embedded/factbook-collection';

/** Collections that come with the installation, by name. */
const EMBEDDED: ReadonlyMap<string, () => HashedCollection> = new Map([
  ['cwe', cweCollection],
  ['factbook', factbookCollection],
]);

/**
 * A collection by name (`cwe`, `factbook`), a published one that was fetched (`dataset:nfcorpus`), or one from a folder in
 * BEIR's layout. A folder called like an embedded collection is written with a path: `./cwe`.
 *
 * @throws {InputError} when it is none of them.
 */
export function resolveCollection(nameOrFolder: string): HashedCollection {
  const embedded = EMBEDDED.get(nameOrFolder);
  if (embedded !== undefined) return embedded();
  const fetched = datasetFolder(nameOrFolder);
  if (fetched !== undefined) return readCollection(fetched);
  if (existsSync(nameOrFolder)) return readCollection(nameOrFolder);
  const names = [...EMBEDDED.keys()];
  const nearest = nearestName(nameOrFolder, names);
  const hint = nearest ? ` Did you mean "${nearest}"?` : '';
  throw new InputError({
    message: `No collection "${nameOrFolder}": it is neither embedded (${names.join(', ')}) nor a folder.${hint} Published ones are written dataset:nfcorpus.`,
  });
}
