import type { PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { sweepSchedule } from './sweep-schedule';

const run = (runId: string, parent?: string): PlannedRun => ({
  kind: runId.startsWith('stage') ? 'pretrain' : 'finetune',
  runId,
  variant: runId,
  seed: 0,
  config: quick,
  dataHashes: {},
  behaviourVersion: 1,
  ...(parent ? { parent } : {}),
});
const runs = [run('stage'), run('a', 'stage'), run('b', 'stage'), run('c')];
const costs: Record<string, { seconds: number; memory: number }> = {
  stage: { seconds: 10, memory: 8 },
  a: { seconds: 4, memory: 1 },
  b: { seconds: 6, memory: 2 },
  c: { seconds: 3, memory: 4 },
};
const schedule = (slots: number) => sweepSchedule(runs, ({ runId }) => costs[runId]!, slots);

describe('sweepSchedule', () => {
  it('takes one run after another with one slot', () => {
    expect(schedule(1)).toEqual({ seconds: 23, memory: 8 });
  });

  it('lets a free slot take what does not wait for stage one', () => {
    // 0-10 stage beside 0-3 c; 10-14 a beside 10-16 b.
    expect(schedule(2)).toEqual({ seconds: 16, memory: 12 });
  });

  it('gains nothing from slots that have to wait', () => {
    expect(schedule(9)).toEqual({ seconds: 16, memory: 12 });
  });

  it('is over at once where nothing is to be done', () => {
    expect(sweepSchedule([], () => ({ memory: 1 }), 2)).toEqual({ seconds: 0, memory: 0 });
  });
});
