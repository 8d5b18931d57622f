import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, requireFile } from '@tsarank/io';

/** A file beside a model. */
export interface CodeFile {
  name: string;
  bytes: Uint8Array;
}

/** The largest of the published ones has 60 kB. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The Python files of a folder whose configuration names code of its own (`auto_map`; Baichuan, the first Qwen): with them a
 * model that is saved again loads in `transformers` as the published one does. They are kept as bytes and never run.
 *
 * @returns Nothing where the configuration names no code.
 * @throws {InputError} for a file larger than any code is.
 */
export function customCode(folder: string, raw: Readonly<Record<string, unknown>>): CodeFile[] {
  if ((raw['auto_map'] ?? null) === null) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      requireFile(file);
      const { size } = statSync(file);
      if (size > MAX_BYTES) throw new InputError({ file, found: `${size} bytes`, expected: `${MAX_BYTES} at most` });
      return { name, bytes: new Uint8Array(readFileSync(file)) };
    });
}
