import { existsSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { InputError } from '@tsarank/io';
import type { LoadProgress } from './load-progress';

export interface LoadModelOptions {
  /** Where a name that is neither a path nor `tiny` lies, for instance after fetching it. */
  resolve?: (name: string) => string | undefined | Promise<string | undefined>;
  /** Told as the weights come in: bytes of float32 numbers, done and in all. */
  onProgress?: LoadProgress;
}

/** The folder of the embedded base model. */
export const tinyFolder = resolvePath(__dirname, '../../../tiny');

/**
 * Where a model of that name lies.
 *
 * @throws {InputError} when there is none.
 */
export async function findModel(name: string, { resolve }: LoadModelOptions): Promise<string> {
  const path = name === 'tiny' ? tinyFolder : existsSync(name) ? name : await resolve?.(name);
  if (path !== undefined && existsSync(path)) return path;
  throw new InputError({
    file: path ?? name,
    message: 'no such model; expected a folder, a .gguf file, hf:org/name@revision or "tiny"',
  });
}
