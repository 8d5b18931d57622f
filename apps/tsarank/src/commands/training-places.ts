import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '@tsarank/io';
import { requireWritableFile, requireWritableModelFolder } from '../writable';

/** Files and folders that a training reads and writes, as they were given. */
export interface TrainingPlaces {
  out: string;
  log?: string;
  /** Read: by option, models and data. */
  inputs: { model: string; reference?: string; pairs?: string; groups?: string; corpus?: string; queries?: string };
}

/** Where checkpoints are kept until the model folder is complete. */
export function checkpointFolderOf(out: string): string {
  return `${out.replace(/\/+$/, '')}.checkpoint`;
}

/**
 * Checks, before any work, that model folder and log can be written, and that neither replaces what is read. The model folder
 * is replaced as a whole when training ends, and the checkpoints are removed, so nothing else may lie inside either.
 *
 * @throws {InputError} naming the option and the place.
 */
export function requireTrainingPlaces({ out, log, inputs }: TrainingPlaces): void {
  const models = [inputs.model, inputs.reference].filter((model) => model !== undefined);
  const files = [inputs.pairs, inputs.groups, inputs.corpus, inputs.queries].filter((file) => file !== undefined);
  requireWritableModelFolder(out, 'out', models);
  if (log !== undefined) requireWritableFile(log, 'log', files);
  for (const [field, place] of Object.entries({ log, ...inputs })) {
    if (place === undefined) continue;
    const folder = [out, checkpointFolderOf(out)].find((each) => isInside(place, each));
    if (folder === undefined) continue;
    throw new InputError({
      field,
      found: `${place}, inside ${folder}`,
      expected: 'another place, as that folder is replaced or removed when training ends',
    });
  }
}

function isInside(place: string, folder: string): boolean {
  const path = relative(realPlace(folder), realPlace(place));
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`);
}

/** The place without links, as far as it exists. */
function realPlace(place: string): string {
  const path = resolve(place);
  if (existsSync(path) || dirname(path) === path) return existsSync(path) ? realpathSync(path) : path;
  return join(realPlace(dirname(path)), path.slice(dirname(path).length));
}
