import { existsSync, statSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { InputError } from '@tsarank/io';
import { loadFolder } from './load-folder';
import type { LoadedModel } from './load-folder';
import { loadGguf } from './load-gguf';

export interface LoadModelOptions {
  /** Where a name that is neither a path nor `tiny` lies, for instance after fetching it. */
  resolve?: (name: string) => string | undefined | Promise<string | undefined>;
}

/** The folder of the embedded base model. */
export const tinyFolder = resolvePath(__dirname, '../../tiny');

/**
 * A model by its name: `tiny` (embedded), a Hugging Face folder, or a `.gguf` file.
 *
 * An engine must have been selected before. The caller disposes the model.
 *
 * @throws {InputError} when there is no such model, or its files are wrong, or it doesn't fit the engine's memory.
 */
export async function loadModel(name: string, { resolve }: LoadModelOptions = {}): Promise<LoadedModel> {
  const path = name === 'tiny' ? tinyFolder : existsSync(name) ? name : await resolve?.(name);
  if (path === undefined || !existsSync(path)) {
    throw new InputError({ file: path ?? name, message: 'no such model; expected a folder, a .gguf file or "tiny"' });
  }
  if (statSync(path).isDirectory()) return loadFolder(path);
  if (path.endsWith('.gguf')) return loadGguf(path);
  throw new InputError({ file: path, message: 'not a model; expected a Hugging Face folder or a .gguf file' });
}
