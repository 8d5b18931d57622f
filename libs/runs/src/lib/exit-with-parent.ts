import { Worker } from 'node:worker_threads';

/** Milliseconds between looks at who the parent is. */
const WATCH_MS = 500;

/**
 * Ends this process when the one that started it is gone, so that a killed sweep leaves nothing running. The watch is
 * kept on a thread of its own: a long training step holds up this process's events, not that one. Interrupts from the
 * terminal are left to the parent, which ends its children itself.
 */
export function exitWithParent(): void {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(1));
  const watch = `
    const parent = ${process.ppid};
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    }, ${WATCH_MS});`;
  new Worker(watch, { eval: true, execArgv: [] }).unref();
}
