import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyPatch, quick, type RunRecord } from '@tsarank/config';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';

const BIN = path.resolve(__dirname, '../../../bin/ablate.mjs');
const TIMEOUT = 600_000;

let folder: string;
let experiment: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'resume-'));
  await selectEngine('wasm');
  await writeQuickModel(path.join(folder, 'model'));
  const base = applyPatch(quick, {
    model: path.join(folder, 'model'),
    engine: 'wasm',
    data: { outOfDomain: null },
    pretrain: { steps: 6 },
    finetune: { steps: 60 },
  });
  const variants = { recipe: {}, diverges: { finetune: { steps: 6, learningRate: 1e30, clipNorm: 0 } } };
  const spec = {
    name: 'mine',
    question: 'Does it go on?',
    base,
    variants,
    baseline: 'recipe',
    seeds: [0],
    measures: ['nDCG@10'],
  };
  experiment = path.join(folder, 'mine.json');
  writeFileSync(experiment, JSON.stringify(spec));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const argumentsFor = (out: string): string[] => [
  BIN,
  'run',
  experiment,
  '--out',
  path.join(folder, out),
  '--jobs',
  '1',
  '--checkpoint-seconds',
  '0.01',
];
const run = (out: string) => spawnSync(process.execPath, argumentsFor(out), { encoding: 'utf8' });

function recordsOf(out: string): Map<string, RunRecord> {
  const files = readdirSync(path.join(folder, out)).map((name) => path.join(folder, out, name, 'record.json'));
  const records = files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as RunRecord);
  return new Map(records.map((record) => [record.runId, record]));
}

/** The state of the first checkpoint of stage two that appears. */
async function firstCheckpoint(out: string, sweep: ChildProcess): Promise<{ runId: string; firstSeconds: number }> {
  const runs = path.join(folder, out);
  while (sweep.exitCode === null) {
    await sleep(20);
    for (const runId of existsSync(runs) ? readdirSync(runs) : []) {
      const planned = path.join(runs, runId, 'planned.json');
      const checkpoints = path.join(runs, runId, 'checkpoint');
      if (!existsSync(checkpoints) || !readFileSync(planned, 'utf8').includes('"kind": "finetune"')) continue;
      const saved = readdirSync(checkpoints).find((name) => name.startsWith('step-'));
      if (!saved) continue;
      const { state } = JSON.parse(readFileSync(path.join(checkpoints, saved, 'state.json'), 'utf8')) as {
        state: { rows: { seconds: number }[] };
      };
      return { runId, firstSeconds: state.rows[0]!.seconds };
    }
  }
  throw new Error('the sweep ended before its first checkpoint');
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a sweep', () => {
  it(
    'isolates a run that diverges: the others finish, the table says why, the exit code is 1',
    () => {
      const { status, stdout, stderr } = run('undisturbed');
      expect(stderr).toMatch(/run [0-9a-f]{16} failed \(nan: /);
      expect(status).toBe(1);
      expect(stdout).toMatch(/diverges: run [0-9a-f]{16} failed \(nan\).*npx ablate .*mine\.json/);
      const statuses = [...recordsOf('undisturbed').values()].map((record) => record.status).sort();
      expect(statuses).toEqual(['done', 'done', 'done', 'failed', 'failed']);
    },
    TIMEOUT,
  );

  it(
    'killed inside a run goes on from the checkpoint and ends with the same records',
    async () => {
      const sweep = spawn(process.execPath, argumentsFor('killed'), { stdio: 'ignore' });
      const { runId, firstSeconds } = await firstCheckpoint('killed', sweep);
      const lock = JSON.parse(readFileSync(path.join(folder, 'killed', runId, '.lock'), 'utf8')) as { pid: number };
      sweep.kill('SIGKILL');
      for (let wait = 0; isAlive(lock.pid) && wait < 100; wait += 1) await sleep(50);
      expect(isAlive(lock.pid)).toBe(false);
      expect(recordsOf('killed').get(runId)).toBeUndefined();

      expect(run('killed').status).toBe(1);
      const [firstLine] = readFileSync(path.join(folder, 'killed', runId, 'losses.jsonl'), 'utf8').split('\n');
      expect((JSON.parse(firstLine!) as { seconds: number }).seconds).toBe(firstSeconds);
      expect(existsSync(path.join(folder, 'killed', runId, 'checkpoint'))).toBe(false);
      const undisturbed = recordsOf('undisturbed');
      for (const record of recordsOf('killed').values()) {
        // The hash is that of the whole record, timings and all.
        expect({ ...record, timings: {}, sha256: '' }).toEqual({
          ...undisturbed.get(record.runId),
          timings: {},
          sha256: '',
        });
      }
    },
    TIMEOUT,
  );

  it(
    'run again does nothing but try the failed run',
    () => {
      const before = recordsOf('undisturbed');
      const { stderr } = run('undisturbed');
      expect(stderr).toContain('mine: 2 runs to do, 3 done already');
      for (const [runId, record] of recordsOf('undisturbed')) {
        if (record.status === 'done') expect(record).toEqual(before.get(runId));
      }
    },
    TIMEOUT,
  );
});
