import type { Log } from '../log';

const QUIET_MS = 1000;

/** Shows how far loading is, once it has taken a second: a small model loads without a word. */
export function loadProgress(log: Log, now: () => number = Date.now): (done: number, total: number) => void {
  let start: number | undefined;
  let shown = false;
  let progress: ReturnType<Log['progress']> | undefined;
  return (done, total) => {
    start ??= now();
    // Made at once, so that it knows when the work began.
    progress ??= log.progress('load, MB', Math.round(total / 1e6));
    if (!shown && now() - start < QUIET_MS) return;
    shown = true;
    progress.update(Math.round(done / 1e6));
    if (done === total) progress.finish();
  };
}
