import { printable } from './printable';

/** What a progress display writes to; `process.stderr` in commands. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  label: string;
  /** Units of work in all. */
  total: number;
  stream?: ProgressStream;
  /** Milliseconds; for specs. */
  now?: () => number;
}

/** A running account of long work. */
export interface Progress {
  /** `done` units are finished; `suffix` says what is going on. */
  update(done: number, suffix?: string): void;
  /** A line that stays above the bar. */
  log(line: string): void;
  finish(note?: string): void;
}

const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5000;

/** A bar with an ETA on a terminal; elsewhere plain lines, at most one every five seconds. */
export function createProgress({ label, total, stream = process.stderr, now = Date.now }: ProgressOptions): Progress {
  const live = stream.isTTY === true;
  const start = now();
  let last = Number.NEGATIVE_INFINITY;
  let done = 0;
  let suffix = '';

  const line = (): string => {
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const elapsed = (now() - start) / 1000;
    const left = done > 0 ? formatSeconds((elapsed / done) * (total - done)) : '?';
    const counts = `${label} ${Math.round(share * 100)}% ${done}/${total}, ${formatSeconds(elapsed)} gone, ${left} left`;
    return printable(suffix === '' ? counts : `${counts}  ${suffix}`);
  };
  const draw = (): void => {
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(share * 20);
    const text = `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${line()}`;
    stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  return {
    update(units, note = '') {
      done = units;
      suffix = note;
      if (now() - last < (live ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      last = now();
      if (live) draw();
      else stream.write(`${line()}\n`);
    },
    log(line) {
      const text = printable(line);
      if (live) stream.write(`\r\u001b[2K${text}\n`);
      else stream.write(`${text}\n`);
      if (live && done > 0) draw();
    },
    finish(note) {
      const summary = printable(note ?? `${label}: ${done}/${total} in ${formatSeconds((now() - start) / 1000)}`);
      stream.write(live ? `\r\u001b[2K${summary}\n` : `${summary}\n`);
    },
  };
}

/** `95` -> `1m35s`; below a minute in seconds, from an hour on in hours and minutes. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
