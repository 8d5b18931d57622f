import type { PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { openRuns, sweepQueue, type ResultState } from './sweep-queue';

const run = (runId: string, kind: PlannedRun['kind'], parent?: string): PlannedRun => ({
  kind,
  runId,
  variant: runId,
  seed: 0,
  config: quick,
  dataHashes: {},
  behaviourVersion: 1,
  ...(parent ? { parent } : {}),
});
const stage = run('s', 'pretrain');
const runs = [
  stage,
  run('a', 'finetune', 's'),
  run('b', 'finetune'),
  run('score-0', 'score'),
  run('score-a', 'score', 'a'),
  run('score-b', 'score', 'b'),
];
const nothing = (): ResultState => 'missing';
const ids = (found: readonly (PlannedRun | undefined)[]): (string | undefined)[] => found.map((each) => each?.runId);

describe('sweepQueue', () => {
  it('gives a run only once the model that it starts from is there, and its scores right after it', () => {
    const queue = sweepQueue(runs, nothing);
    expect(ids([queue.take(), queue.take(), queue.take(), queue.take()])).toEqual(['s', 'b', 'score-0', undefined]);
    expect(queue.settle(stage, 'done')).toEqual([]);
    expect(ids([queue.take(), queue.take()])).toEqual(['a', undefined]);
    queue.settle(runs[1]!, 'done');
    queue.settle(runs[2]!, 'done');
    expect(ids([queue.take(), queue.take()])).toEqual(['score-a', 'score-b']);
    expect(queue.isEmpty).toBe(true);
  });

  it('takes away what can no longer be done, a generation at a time', () => {
    const queue = sweepQueue(runs, nothing);
    queue.take();
    expect(ids(queue.settle(stage, 'failed'))).toEqual(['a']);
    expect(ids(queue.settle(runs[1]!, 'failed'))).toEqual(['score-a']);
    expect(ids([queue.take(), queue.take(), queue.take()])).toEqual(['b', 'score-0', undefined]);
  });
});

describe('openRuns', () => {
  const open = (states: Record<string, ResultState>): (string | undefined)[] =>
    ids(openRuns(runs, ({ runId }) => states[runId] ?? 'done'));

  it('leaves out a stage one that nobody waits for', () => {
    expect(open({ s: 'missing' })).toEqual([]);
    expect(open({ s: 'missing', a: 'missing' })).toEqual(['s', 'a']);
  });

  it('makes a model again only where one of its scores is missing', () => {
    expect(open({ a: 'done without its model', b: 'done without its model' })).toEqual([]);
    expect(open({ s: 'done without its model', a: 'done without its model', 'score-a': 'missing' })).toEqual([
      's',
      'a',
      'score-a',
    ]);
    expect(open({ b: 'done', 'score-b': 'missing' })).toEqual(['score-b']);
  });
});
