import { readFileSync } from 'node:fs';
import { freemem, platform } from 'node:os';

/** Files that hold a control group's limit and use, in bytes, in versions 2 and 1. */
const GROUP_FILES = [
  ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'],
  ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes'],
] as const;

/**
 * Bytes that new processes can have now: what the system calls available (free, or taken by caches), or less where this
 * process's control group allows less. Undefined on systems that don't say what their caches hold.
 */
export function freeMemory(read: (file: string) => string | undefined = readIfThere): number | undefined {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo') ?? '')?.[1];
  if (available === undefined) return platform() === 'linux' ? freemem() : undefined;
  const groups = GROUP_FILES.flatMap(([limit, use]) => {
    const [most, now] = [Number(read(limit)), Number(read(use))];
    return Number.isFinite(most) && Number.isFinite(now) ? [most - now] : [];
  });
  return Math.max(0, Math.min(Number(available) * 1024, ...groups));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
