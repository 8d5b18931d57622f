import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where plans keep what they need again: hashes of the embedded data, measured speeds. The folder of all runs once there is
 * one; before that the user's cache, so that a plan leaves nothing behind in the working folder.
 */
export function cacheFolder(out: string, env: NodeJS.ProcessEnv = process.env): string {
  if (existsSync(out)) return out;
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'tsarank');
}
