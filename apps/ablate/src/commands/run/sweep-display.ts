import { formatSeconds, printable, type ProgressStream } from '@tsarank/io';
import { isOrphan } from '@tsarank/runs';
import type { SweepEvent } from '@tsarank/sweeps';
import { runLine, runName } from './run-line';
import { sweepAccount } from './sweep-account';

export interface SweepDisplayOptions {
  label: string;
  stream: ProgressStream & { rows?: number };
  /** Milliseconds that never go back; for specs. */
  now?: () => number;
}

/** What happens in a sweep, or a line that something beside it has to say. */
export type SweepShown = SweepEvent | { type: 'notice'; text: string };

const BAR_WIDTH = 20;
const BLOCK_MS = 200;
const LINE_MS = 5000;
/** Runs in flight that are shown each on a line of its own. */
const MOST_RUNS = 16;

/**
 * Shows a sweep: on a terminal a bar and below it the runs in flight, each with its step, loss, tokens per second and time
 * left, drawn over and over in place; elsewhere plain lines. What happens stands above, one line each.
 */
export function sweepDisplay({
  label,
  stream,
  now = () => performance.now(),
}: SweepDisplayOptions): (event: SweepShown) => void {
  const live = stream.isTTY === true;
  const account = sweepAccount(now);
  const block = liveBlock(stream);
  let last = Number.NEGATIVE_INFINITY;

  const head = (): string => {
    const { share, ended, pending, failed, elapsed, left } = account.sweep();
    const bar = `[${'#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-')}]`;
    const failures = failed > 0 ? `, ${failed} failed` : '';
    const time = `${formatSeconds(elapsed)} gone, ${left === undefined ? '?' : formatSeconds(left)} left`;
    return `${bar} ${label} ${Math.floor(share * 100)}%, ${ended}/${pending} runs${failures}, ${time}`;
  };
  const draw = (force = false): void => {
    if (!force && now() - last < (live ? BLOCK_MS : LINE_MS)) return;
    last = now();
    const runs = account.inFlight();
    if (!live) {
      const lines = [head(), ...runs.slice(0, MOST_RUNS).map((run) => runLine(run).filter(Boolean).join(', '))];
      stream.write(`${printable(lines.join(' | '))}\n`);
      return;
    }
    const shown = runs.slice(0, Math.max(1, Math.min(MOST_RUNS, (stream.rows ?? 24) - 3)));
    const widths = [0, 1, 2, 3, 4].map((at) => Math.max(0, ...shown.map((run) => (runLine(run)[at] ?? '').length)));
    const lines = shown.map(
      (run) =>
        `  ${runLine(run)
          .map((part, at) => part.padEnd(widths[at]!))
          .join('  ')}`,
    );
    if (runs.length > shown.length) lines.push(`  and ${runs.length - shown.length} more`);
    block.draw([head(), ...lines]);
  };
  const say = (text: string): void => {
    block.clear();
    stream.write(`${printable(text)}\n`);
    if (live) draw(true);
  };

  return (event) => {
    if (event.type === 'notice') return say(event.text);
    account.take(event);
    switch (event.type) {
      case 'start': {
        const { pending, finished } = event;
        if (pending.length > 0)
          say(`${label}: ${pending.length} runs to do${finished > 0 ? `, ${finished} done already` : ''}`);
        break;
      }
      case 'damaged':
        return say(`${runName(event.run)} is done again, its result is damaged: ${event.why}; kept as ${event.file}`);
      case 'run-retry': {
        const { kind, message } = event.record.error!;
        return say(
          `${runName(event.run)} ${kind} (${firstLine(message)}), try ${event.attempt} of ${event.attempts}: goes on from its checkpoint`,
        );
      }
      case 'run-end': {
        const { error } = event.record;
        if (isOrphan(event.record)) return draw();
        const seconds = formatSeconds(account.secondsOf(event.run));
        return say(
          `${runName(event.run)} ${error ? `failed (${error.kind}): ${firstLine(error.message)}` : `done in ${seconds}`}`,
        );
      }
      case 'stopping':
        return say(`saving ${event.inFlight} ${event.inFlight === 1 ? 'run' : 'runs'} (again to end at once)`);
      case 'end':
        return block.clear();
      default:
        draw();
    }
  };
}

const firstLine = (text: string): string => text.split('\n')[0]!;

/** Lines at the end of a terminal that are drawn over in place. */
export interface LiveBlock {
  draw(lines: readonly string[]): void;
  /** Takes them away; what is written next stands in their place. */
  clear(): void;
}

/** Each line is cut to the terminal's width, since one that wraps could not be drawn over. */
export function liveBlock(stream: ProgressStream): LiveBlock {
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) stream.write(`${'\u001b[1A\u001b[2K'.repeat(drawn)}\r`);
    drawn = 0;
  };
  return {
    clear,
    draw(lines) {
      const width = Math.max(1, (stream.columns ?? 80) - 1);
      const up = drawn > 0 ? `\u001b[${drawn}A` : '';
      // Drawn in one writing and each line cleared to its end only: no flicker.
      const text = lines.map((line) => `${[...printable(line)].slice(0, width).join('')}\u001b[K\n`).join('');
      const rest = drawn > lines.length ? '\u001b[J' : '';
      stream.write(`${up}\r${text}${rest}`);
      drawn = lines.length;
    },
  };
}
