import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';

/** Whether this process may mount file systems. */
export const mayMount = process.getuid?.() === 0;

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** A file system in memory of so many MiB at `folder`; false where it can't be mounted. */
export function mountSmall(folder: string, mebibytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  return mayMount && run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder);
}

export const resizeSmall = (folder: string, mebibytes: number): boolean =>
  run('mount', '-o', `remount,size=${mebibytes}m`, folder);

/** Makes a folder read-only: by a mount where we may (permissions mean nothing to root), else by its permissions. */
export function makeReadOnly(folder: string): boolean {
  if (!mayMount) {
    chmodSync(folder, 0o555);
    return true;
  }
  return run('mount', '--bind', folder, folder) && run('mount', '-o', 'remount,ro,bind', folder);
}

export function makeWritable(folder: string): void {
  if (mayMount) unmount(folder);
  else chmodSync(folder, 0o755);
}

export const unmount = (folder: string): boolean => run('umount', folder);
