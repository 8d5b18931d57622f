import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Path of W&B's official client: what was asked for, else `TSARANK_WANDB`, else `wandb` on the PATH; undefined without one. */
export function wandbClient(asked?: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const name = asked ?? (env['TSARANK_WANDB'] || 'wandb');
  const places = name.includes('/')
    ? [path.resolve(name)]
    : (env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return places.find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
