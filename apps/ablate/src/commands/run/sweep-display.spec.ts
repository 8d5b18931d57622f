import type { PlannedRun } from '@tsarank/ablation';
import { quick, type RunRecord } from '@tsarank/config';
import type { SweepEvent } from '@tsarank/sweeps';
import { sweepDisplay } from './sweep-display';

const run = (variant: string): PlannedRun => ({
  kind: 'finetune',
  runId: variant,
  variant,
  seed: 0,
  config: quick,
  dataHashes: {},
  behaviourVersion: 1,
});
const record = (runId: string, error?: RunRecord['error']): RunRecord => ({
  runId,
  kind: 'finetune',
  status: error ? 'failed' : 'done',
  ...(error ? { error } : {}),
  config: quick,
  behaviourVersion: 1,
  dataHashes: {},
  versions: {},
  timings: {},
});
const [a, b] = [run('a'), run('b')];
const progress = { phase: 'finetune', done: 1, total: 2, loss: 1.23456, tokensPerSecond: 2140 } as const;
const events: SweepEvent[] = [
  { type: 'start', pending: [a, b], finished: 3 },
  { type: 'damaged', run: a, file: 'runs/a/record.json.damaged', why: 'runs/a/record.json: not JSON' },
  { type: 'run-start', run: a },
  { type: 'run-start', run: b },
  { type: 'run-progress', run: a, progress },
  { type: 'run-end', run: a, record: record('a') },
  {
    type: 'run-retry',
    run: b,
    record: record('b', { kind: 'killed', message: 'killed by SIGKILL' }),
    attempt: 1,
    attempts: 3,
  },
  { type: 'run-start', run: b },
  { type: 'run-end', run: b, record: record('b', { kind: 'nan', message: 'loss is NaN' }) },
  { type: 'stopping', inFlight: 1 },
  { type: 'end' },
];

const ESCAPE = '\u001b';

/** What stands on a terminal after all that was written to it: cursor movements and clearing followed. */
function screen(text: string): string[] {
  const lines = [''];
  let [row, column] = [0, 0];
  const pieces = new RegExp(`${ESCAPE}\\[\\d*[A-Z]|[\\r\\n]|[^${ESCAPE}\\r\\n]+`, 'g');
  for (const [part] of text.matchAll(pieces)) {
    if (part === '\n') [row, column] = [row + 1, 0];
    else if (part === '\r') column = 0;
    else if (part.endsWith('A') && part.startsWith('\u001b')) row -= Number(part.slice(2, -1) || 1);
    else if (part === '\u001b[2K') lines[row] = '';
    else if (part === '\u001b[K') lines[row] = lines[row]!.slice(0, column);
    else if (part === '\u001b[J') lines.splice(row + 1);
    else {
      lines[row] = lines[row]!.slice(0, column).padEnd(column) + part + lines[row]!.slice(column + part.length);
      column += part.length;
    }
    lines[row] ??= '';
  }
  return lines;
}

function shown(isTTY: boolean, count = events.length, columns = 120): string {
  let time = 0;
  let text = '';
  const show = sweepDisplay({
    label: 'recipe',
    stream: { isTTY, columns, write: (part) => void (text += part) },
    now: () => time,
  });
  for (const event of events.slice(0, count)) {
    time += 6000;
    show(event);
  }
  return text;
}

describe('sweepDisplay', () => {
  it('writes plain lines where there is no terminal', () => {
    const lines = shown(false).split('\n');
    expect(lines[0]).toBe('recipe: 2 runs to do, 3 done already');
    expect(shown(false)).not.toContain('\u001b');
    expect(lines).toContain(
      'a (seed 0) is done again, its result is damaged: runs/a/record.json: not JSON; kept as runs/a/record.json.damaged',
    );
    expect(lines).toContain('a (seed 0) done in 18s');
    expect(lines).toContain('b (seed 0) killed (killed by SIGKILL), try 1 of 3: goes on from its checkpoint');
    expect(lines).toContain('b (seed 0) failed (nan): loss is NaN');
    expect(lines).toContain('saving 1 run (again to end at once)');
  });

  it('shows on a terminal the sweep, and below it each run in flight with step, loss, speed and time left', () => {
    const [first, second, head, ...runs] = screen(shown(true, 5));
    expect([first, second!.slice(0, 24)]).toEqual(['recipe: 2 runs to do, 3 done already', 'a (seed 0) is done again']);
    expect(head).toMatch(/^\[#*-*\] recipe \d+%, 0\/2 runs, 30s gone, \d+m?\d*s left$/);
    expect(runs[0]).toMatch(/^ {2}a \(seed 0\) {2}stage two 1\/2 {2}loss 1\.235 {2}2\.1k tokens\/s {2}\d+s left$/);
    expect(runs[1]).toMatch(/^ {2}b \(seed 0\) {2}waiting/);
  });

  it('leaves only what happened', () => {
    const lines = screen(shown(true)).filter((line) => line !== '');
    expect(lines).toEqual(
      shown(false)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('[')),
    );
  });

  it('lets no line wrap', () => {
    const widths = screen(shown(true, 5, 30))
      .slice(2)
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThan(30);
  });
});
