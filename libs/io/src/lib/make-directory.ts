import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and what is missing above it.
 *
 * `mkdirSync` with `recursive` never returns where a parent exists but refuses new entries with ENOENT, as /proc
 * does (Node 20); here each level is tried twice at most.
 *
 * @throws The system's error, when a level can't be made or is no folder.
 */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(directory).isDirectory()) return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory) throw error;
    makeDirectory(parent);
    try {
      mkdirSync(directory);
    } catch (again) {
      // Another process may have made it meanwhile.
      if ((again as NodeJS.ErrnoException).code !== 'EEXIST') throw again;
    }
  }
}
