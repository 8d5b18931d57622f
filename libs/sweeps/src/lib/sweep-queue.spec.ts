import type { PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { sweepQueue } from './sweep-queue';

const run = (runId: string, kind: PlannedRun['kind'], stageId?: string): PlannedRun => ({
  kind,
  runId,
  variant: runId,
  seed: 0,
  config: quick,
  dataHashes: {},
  behaviourVersion: 1,
  ...(stageId ? { stageId } : {}),
});
const stage = run('s', 'pretrain');
const runs = [stage, run('a', 'run', 's'), run('b', 'run', 's'), run('c', 'run')];

describe('sweepQueue', () => {
  it('gives runs without stage one while stage one is under way', () => {
    const queue = sweepQueue(runs, () => false);
    expect([queue.take(), queue.take(), queue.take()].map((each) => each?.runId)).toEqual(['s', 'c', undefined]);
    expect(queue.settle(stage, 'done')).toEqual([]);
    expect([queue.take(), queue.take()].map((each) => each?.runId)).toEqual(['a', 'b']);
    expect(queue.isEmpty).toBe(true);
  });

  it('takes away what can no longer be done', () => {
    const queue = sweepQueue(runs, () => false);
    queue.take();
    expect(queue.settle(stage, 'failed').map((each) => each.runId)).toEqual(['a', 'b']);
    expect(queue.take()?.runId).toBe('c');
    expect(queue.isEmpty).toBe(true);
  });

  it('leaves out a stage one that nobody waits for', () => {
    expect(sweepQueue(runs, (each) => each.kind === 'run').pending).toEqual([]);
    expect(sweepQueue(runs, (each) => each.runId === 's').pending.map((each) => each.runId)).toEqual(['a', 'b', 'c']);
  });
});
