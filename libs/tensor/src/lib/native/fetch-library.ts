import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publishDirectory, sha256File } from '@tsarank/io';
import { fetchWheel } from '../wheels/fetch-wheel';
import type { FetchWheelOptions } from '../wheels/fetch-wheel';
import { tensorflowVersion } from '../wheels/wheel';
import { extractZip } from '../wheels/zip';

export interface FetchLibraryOptions extends FetchWheelOptions {
  cacheDirectory: string;
}

/** What the binding's two sources include lies in these folders of the wheel. */
const headerFolders = ['tensorflow', 'tsl', 'xla', 'absl'].map((name) => `tensorflow/include/${name}/`);

/**
 * libtensorflow and its headers out of the Python wheel, kept in the cache.
 *
 * @returns the folder with `libtensorflow_cc.so.2`, `libtensorflow_framework.so.2` and `include/`.
 * @throws {WorkError} when the wheel can't be had.
 */
export async function fetchLibrary(options: FetchLibraryOptions): Promise<string> {
  const { wheel, cacheDirectory, log } = options;
  const directory = join(cacheDirectory, `libtensorflow-${tensorflowVersion}-${wheel.platformTag}`);
  const library = join(directory, 'tensorflow');
  if (existsSync(join(library, 'libtensorflow_cc.so.2'))) {
    log(`TensorFlow ${tensorflowVersion} is in the cache: ${directory}`);
    return library;
  }
  const file = join(cacheDirectory, 'wheels', wheel.fileName);
  if (existsSync(file) && sha256File(file) === wheel.sha256) log(`the wheel is in the cache: ${file}`);
  else await fetchWheel(file, options);

  log('taking the library and its headers out of the wheel (0.9 GB)');
  await publishDirectory(directory, async (temporary) => {
    await extractZip(
      file,
      temporary,
      (name) =>
        /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name) ||
        headerFolders.some((folder) => name.startsWith(folder)),
    );
  });
  return library;
}
