import { readFileSync, writeFileSync } from 'node:fs';

/** Bytes that this process holds now, and the most since `forgetPeak` (Linux). */
export function residentMemory(): { now: number; peak: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const bytes = (key: string) => 1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)![1]);
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** From here on the peak counts anew. */
export function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}
