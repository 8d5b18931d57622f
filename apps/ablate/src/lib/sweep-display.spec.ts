import type { PlannedRun } from '@tsarank/ablation';
import { quick, type RunRecord } from '@tsarank/config';
import type { SweepEvent } from '@tsarank/runner';
import { sweepDisplay } from './sweep-display';

const run = (variant: string): PlannedRun => ({
  kind: 'run', runId: variant, variant, seed: 0, config: quick, dataHashes: {}, behaviourVersion: 1,
});
const record = (runId: string, error?: RunRecord['error']): RunRecord => ({
  runId, kind: 'run', status: error ? 'failed' : 'done', ...(error ? { error } : {}),
  config: quick, behaviourVersion: 1, dataHashes: {}, versions: {}, timings: {},
});
const [a, b] = [run('a'), run('b')];
const events: SweepEvent[] = [
  { type: 'start', pending: [a, b], finished: 3 },
  { type: 'run-start', run: a },
  { type: 'run-progress', run: a, progress: { phase: 'finetune', done: 1, total: 2 } },
  { type: 'run-end', run: a, record: record('a') },
  { type: 'run-start', run: b },
  { type: 'run-end', run: b, record: record('b', { kind: 'nan', message: 'loss is NaN' }) },
  { type: 'end' },
];

function shown(isTTY: boolean): string {
  let time = 0;
  let text = '';
  const show = sweepDisplay({ label: 'recipe', stream: { isTTY, columns: 400, write: (part) => void (text += part) }, now: () => time });
  for (const event of events) {
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
    expect(lines).toContain('a (seed 0) done in 12s');
    expect(lines).toContain('b (seed 0) failed (nan): loss is NaN');
  });

  it('shows sweep and run in hand on a terminal, each with the time left', () => {
    expect(shown(true)).toMatch(/\[#*-*\] recipe \d+%, 0\/2 runs, 18s gone, \d+m?\d*s left \| a \(seed 0\): stage two 1\/2, .*left/);
    expect(shown(true).endsWith('\r\u001b[2K')).toBe(true);
  });
});
