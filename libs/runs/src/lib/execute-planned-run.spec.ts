import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { acquireLock, InputError, WorkError } from '@tsarank/io';
import { contentsOf, readWandbLog, wandbLogs } from '@tsarank/tracking';
import { executePlannedRun } from './execute-planned-run';
import { InterruptedError, type Execute } from './execution';
import { EXIT } from './run-failure';
import { readRecord, runFolder, writePlannedRun } from './run-folder';
import { readProgress } from './run-progress';

const planned: PlannedRun = {
  kind: 'finetune',
  runId: '0123456789abcdef',
  variant: 'a',
  seed: 0,
  config: { ...quick, engine: 'cpu' },
  dataHashes: { model: 'm' },
  behaviourVersion: 1,
};
let runsDir: string;
let file: string;
beforeEach(() => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'run-'));
  writePlannedRun(runsDir, planned);
  file = runFolder(runsDir, planned.runId).planned;
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  rmSync(runsDir, { recursive: true, force: true });
  jest.restoreAllMocks();
});

describe('executePlannedRun', () => {
  it('hands the planned run on as it was written', async () => {
    let seen: PlannedRun | undefined;
    const code = await executePlannedRun(file, { runsDir, loadExecute: () => async (run) => void (seen = run) });
    expect(code).toBe(0);
    expect(seen).toEqual(planned);
  });

  it.each([
    ['nan', 'loss is NaN at step 3'],
    ['nan', 'gradNorm is Infinity at step 3'],
    ['out-of-memory', 'memory access out of bounds'],
    ['error', 'no such layer'],
  ])('records a failure as %s', async (kind, message) => {
    const fail = async (): Promise<never> => {
      throw new WorkError(message);
    };
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => fail })).toBe(1);
    const record = readRecord(runsDir, planned.runId);
    expect(record).toMatchObject({
      status: 'failed',
      error: { kind, message, stack: expect.any(String) },
      config: planned.config,
    });
    expect(record!.error!.stack).toMatch(/\bat .*\(libs\/runs\//);
    expect(record!.error!.stack).not.toContain(process.cwd());
  });

  it('waits for the process of a killed sweep to end', async () => {
    const lock = acquireLock(path.dirname(file));
    setTimeout(() => lock.release(), 150);
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => async () => undefined })).toBe(0);
  });

  it('stops when asked to, with a code of its own and no record', async () => {
    const execute: Execute = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new InterruptedError()));
        process.emit('SIGTERM');
      });
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => execute })).toBe(EXIT.interrupted);
    expect(readRecord(runsDir, planned.runId)).toBeUndefined();
  });

  it('leaves no record of a failure to write', async () => {
    const fail = async (): Promise<never> => {
      throw new InputError({ file: 'x', message: "can't be written (ENOSPC: no space left on device)" });
    };
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => fail })).toBe(EXIT.storage);
    expect(readRecord(runsDir, planned.runId)).toBeUndefined();
  });

  it('keeps its progress in the run folder', async () => {
    const execute: Execute = async (_, { onProgress }) =>
      onProgress({ phase: 'finetune', done: 3, total: 9, loss: 0.5 });
    await executePlannedRun(file, { runsDir, loadExecute: () => execute });
    expect(readProgress(runFolder(runsDir, planned.runId).progress)).toEqual({
      phase: 'finetune',
      done: 3,
      total: 9,
      loss: 0.5,
    });
  });

  it('writes a W&B log where it is asked to, with what was printed, and marks a failure', async () => {
    writePlannedRun(runsDir, planned, { project: 'p', experiment: 'e', question: '?', baseline: 'a', tags: ['t'] });
    const execute: Execute = async (_, { runLog }) => {
      runLog.resume(4);
      process.stdout.write('hello\n');
      runLog.step({ step: 4, loss: 2, rank: 1, gradNorm: 3, tokens: 10, seconds: 0.5, examples: 5, learningRate: 0.1 });
      throw new WorkError('no such layer');
    };
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => execute })).toBe(EXIT.failed);
    write.mockRestore();
    const logs = wandbLogs(runFolder(runsDir, planned.runId).wandb);
    expect(logs).toHaveLength(1);
    const {
      run,
      config,
      startingStep,
      rows,
      console: lines,
      exitCode,
    } = contentsOf(readWandbLog(logs[0]!.file).records);
    expect(run).toMatchObject({
      runId: planned.runId,
      project: 'p',
      group: 'e',
      jobType: 'sft',
      name: 'a/seed=0',
      tags: ['e', 'baseline', 't'],
    });
    expect(config).toMatchObject({ finetune: { steps: quick.finetune!.steps }, _ablation: { variant: 'a', seed: 0 } });
    expect(startingStep).toBe(4);
    expect(rows).toMatchObject([
      { _step: 4, 'train/loss': 2, 'train/loss/rank': 1, 'train/tokensPerSecond': 20, 'train/examples': 5 },
    ]);
    expect(lines).toContainEqual({ line: expect.stringContaining('hello'), stream: 'stdout' });
    expect(exitCode).toBe(EXIT.failed);
  });
});
