import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { WorkError, acquireLock } from '@tsarank/io';
import { executePlannedRun } from './execute-planned-run';
import { readRecord, runFolder, writePlannedRun } from './run-folder';

const planned: PlannedRun = {
  kind: 'run', runId: '0123456789abcdef', variant: 'a', seed: 0,
  config: { ...quick, engine: 'cpu' }, dataHashes: { model: 'm' }, behaviourVersion: 1,
};
let runsDir: string;
let file: string;
beforeEach(() => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'run-'));
  writePlannedRun(runsDir, planned);
  file = runFolder(runsDir, planned.runId).planned;
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
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
    expect(record).toMatchObject({ status: 'failed', error: { kind, message, stack: expect.any(String) }, config: planned.config });
  });

  it('waits for the process of a killed sweep to end', async () => {
    const lock = acquireLock(path.dirname(file));
    setTimeout(() => lock.release(), 150);
    expect(await executePlannedRun(file, { runsDir, loadExecute: () => async () => undefined })).toBe(0);
  });
});
