import { readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/stat` after the name, which ends at the last bracket; the start time is the 22nd of all. */
const START_FIELD = 19;

/**
 * When a process of this machine started, as the system counts it (clock ticks since boot); undefined where the system
 * does not say (it needs `/proc`) or there is no such process.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD];
  } catch {
    return undefined;
  }
}

/**
 * Whether a process of this machine lives.
 *
 * @param start Where known, its `processStart`: another process with the same number does not count.
 */
export function isProcessAlive(pid: number, start?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = start === undefined ? undefined : processStart(pid);
  return now === undefined || now === start;
}
