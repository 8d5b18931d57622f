import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { evaluationSets, quick, type RunRecord } from '@tsarank/config';
import { contentsOf, readWandbLog, wandbLogs } from '@tsarank/tracking';
import { completeWandbLog } from './complete-wandb-log';
import { writeLosses } from '../loss-rows';
import { failedRecord } from '../run-failure';
import { runFolder, writePlannedRun, writeRecord } from '../run-folder';
import { shownRun, wandbRunLog } from './wandb-run-log';

const run: PlannedRun = {
  kind: 'finetune',
  runId: '0123456789abcdef',
  variant: 'a',
  seed: 0,
  config: { ...quick, engine: 'cpu', finetune: { ...quick.finetune!, steps: 3, batchSize: 2 } },
  dataHashes: {},
  behaviourVersion: 1,
};
const request = { project: 'p', experiment: 'e', question: '?', baseline: 'a', tags: [] };
const done: RunRecord = {
  runId: run.runId,
  kind: 'finetune',
  status: 'done',
  config: run.config,
  behaviourVersion: 1,
  dataHashes: {},
  versions: {},
  timings: { total: 4 },
  result: { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} },
};
/** Scores of its model, as measured. */
const score: PlannedRun = {
  ...run,
  kind: 'score',
  runId: 'fedcba9876543210',
  parent: run.runId,
  shownUnder: run.runId,
  set: { ...evaluationSets(run.config)[0]!, id: '0000000000000000' },
};
const scored: RunRecord = {
  ...done,
  kind: 'score',
  runId: score.runId,
  set: 'inDomain',
  result: {
    systems: {
      model: { inDomain: { 'nDCG@10': { q1: 0.5, q2: 1 } } },
      bm25: { inDomain: { 'nDCG@10': { q: 0.25 } } },
    },
    perplexity: { positives: 9, heldOut: null },
    losses: {},
  },
};
const rows = [0, 1, 2].map((step) => ({ step, loss: 3 - step, gradNorm: 1, tokens: 10, seconds: 0.5 }));

let runsDir: string;
beforeEach(() => (runsDir = mkdtempSync(path.join(tmpdir(), 'complete-'))));
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));
const logs = () =>
  wandbLogs(runFolder(runsDir, run.runId).wandb).map(({ file }) => contentsOf(readWandbLog(file).records));

describe('completeWandbLog', () => {
  it('makes the log of a run that nobody tracked from its record and losses, once', () => {
    writeLosses(runFolder(runsDir, run.runId).losses, rows);
    writeRecord(runsDir, done);
    writeFileSync(runFolder(runsDir, run.runId).log, 'loading\nstage two 3/3\n');
    expect(completeWandbLog(runsDir, run, request)).toBe(true);
    expect(completeWandbLog(runsDir, run, request)).toBe(false);
    const [log, ...others] = logs();
    expect(others).toEqual([]);
    expect(log).toMatchObject({ startingStep: 0, exitCode: 0, run: { runId: run.runId, group: 'e' } });
    expect(log!.rows).toMatchObject([
      { _step: 0, 'train/loss': 3, 'train/examples': 2 },
      { _step: 1, 'train/loss': 2, 'train/examples': 4 },
      { _step: 2, 'train/loss': 1, 'train/examples': 6 },
    ]);
    expect(log!.console.map(({ line }) => line.trim())).toEqual(['loading', 'stage two 3/3']);
    expect(log!.summary).toMatchObject({ 'time/total': 4, status: 'done' });
  });

  it('adds the scores of a model to the log of the run that made it, a row for each test set, once', () => {
    writeLosses(runFolder(runsDir, run.runId).losses, rows);
    writePlannedRun(runsDir, run);
    writeRecord(runsDir, done);
    writeRecord(runsDir, scored);
    const complete = (): boolean[] => [run, score].map((each) => completeWandbLog(runsDir, each, request));
    expect(complete()).toEqual([true, true]);
    expect(complete()).toEqual([false, false]);
    const [, log] = logs();
    expect(log).toMatchObject({ startingStep: 3, exitCode: 0, run: { runId: run.runId, jobType: 'sft' } });
    expect(log!.rows).toMatchObject([
      { _step: 3, 'eval/nDCG@10': 0.75, 'eval/bm25/nDCG@10': 0.25, 'perplexity/positives': 9 },
    ]);
    expect(log!.summary).toMatchObject({ 'eval/nDCG@10': 0.75, status: 'done' });
  });

  it('adds a whole log to one that was cut off', () => {
    writeLosses(runFolder(runsDir, run.runId).losses, rows);
    writeRecord(runsDir, done);
    const cut = wandbRunLog(shownRun(run, runsDir), request, { printed: [] });
    cut.step({ ...rows[0]!, examples: 2, learningRate: 1 });
    expect(completeWandbLog(runsDir, run, request)).toBe(true);
    expect(logs().map(({ exitCode }) => exitCode)).toEqual([undefined, 0]);
  });

  it('shows a failed run as failed', () => {
    writeRecord(runsDir, failedRecord(run, { kind: 'nan', message: 'loss is NaN' }));
    expect(completeWandbLog(runsDir, run, request)).toBe(true);
    expect(logs()).toMatchObject([{ rows: [], exitCode: 1, summary: { status: 'failed', error: 'nan: loss is NaN' } }]);
  });

  it('makes nothing of a run without a record', () => {
    expect(completeWandbLog(runsDir, run, request)).toBe(false);
    expect(logs()).toEqual([]);
  });
});
