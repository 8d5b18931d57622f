import { freeMemory } from './free-memory';

const meminfo = 'MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    8000 kB\n';
const files =
  (group: Record<string, string> = {}) =>
  (file: string) =>
    file === '/proc/meminfo' ? meminfo : group[file];

describe('freeMemory', () => {
  it('is what the system calls available', () => {
    expect(freeMemory(files())).toBe(8000 * 1024);
  });

  it.each([
    ['allows less', '3000000', 2_000_000],
    ['allows more', '900000000', 8000 * 1024],
    ['sets no limit', 'max', 8000 * 1024],
    ['is full', '900000', 0],
  ])('where the control group %s', (_, limit, expected) => {
    expect(freeMemory(files({ '/sys/fs/cgroup/memory.max': limit, '/sys/fs/cgroup/memory.current': '1000000' }))).toBe(
      expected,
    );
  });

  it('is a number on this machine, if it says any', () => {
    const free = freeMemory();
    if (free !== undefined) expect(free).toBeGreaterThan(2 ** 20);
  });
});
