import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineAblation, expandAblation, type SweepPlan } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { readRecord, runFolder } from '@tsarank/runs';
import { runSweep, slurmExecutor, type SweepEvent } from '@tsarank/sweeps';
import { RECORD_WRITER } from '@tsarank/testing';

/** Needs a Slurm that answers; tools/slurm/single-node.sh makes one, and SLURM_CONF names it. */
const sinfo = spawnSync('sinfo', ['-h', '-o', '%T'], { encoding: 'utf8', timeout: 3000 });
const hasSlurm = sinfo.status === 0 && /idle|mixed|allocated/.test(sinfo.stdout);
if (!hasSlurm)
  console.warn('no Slurm answers (sinfo): sweeps on it are not tested; tools/slurm/README.md says how to have one');

/** Stands for a run's process: notes that it was started, and does what its variant's name says. */
const FAKE = `
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  ${RECORD_WRITER}
  import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
  import path from 'node:path';
  const [, , file, runsDir] = process.argv;
  const { runId, kind, config, behaviourVersion, dataHashes, variant } = JSON.parse(readFileSync(file, 'utf8'));
  const at = (name) => path.join(path.dirname(file), name);
  appendFileSync(path.join(runsDir, 'starts.txt'), variant + '\\n');
  writeFileSync(at('progress.json'), JSON.stringify({ phase: 'finetune', done: 1, total: 2 }));
  const wait = () => new Promise((resolve) => setTimeout(resolve, 50));
  while (variant === 'crash-later' && !existsSync(path.join(runsDir, 'crash'))) await wait();
  if (variant.startsWith('crash')) { console.error('Error: no such layer 12'); process.exit(3); }
  process.on('SIGTERM', () => { writeFileSync(at('saved'), ''); process.exit(75); });
  const isHeld = () => (variant === 'cancelled' && !existsSync(at('saved'))) || (variant.startsWith('held') && !existsSync(path.join(runsDir, 'go')));
  while (isHeld()) await wait();
  const result = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
  writeRecord(at('record.json'), { runId, kind, status: 'done', config, behaviourVersion, dataHashes, versions: {}, timings: {}, result });
  process.exit(0);
`;

/** A runner of its own, for being killed. */
const RUNNER = `
  const [, , root, file, runsDir, script] = process.argv;
  require(root + '/node_modules/tsx/dist/cjs/api/index.cjs').register();
  const { runSweep, slurmExecutor } = require(root + '/libs/sweeps/src/index.ts');
  const plan = JSON.parse(require('node:fs').readFileSync(file, 'utf8'));
  void runSweep(plan, { runsDir, executor: slurmExecutor({ command: [process.execPath, script], pollMs: 200 }) });
`;

let runsDir: string;
let script: string;
beforeEach(() => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'slurm-'));
  script = path.join(runsDir, 'fake.mjs');
  writeFileSync(script, FAKE);
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

function planOf(names: readonly string[]): SweepPlan {
  const variants = Object.fromEntries(names.map((name, at) => [name, { pretrain: null, finetune: { steps: at + 1 } }]));
  const spec = {
    name: 'test',
    question: '?',
    base: quick,
    variants,
    baseline: names[0]!,
    seeds: [0],
    measures: ['AP'] as const,
  };
  const plan = expandAblation(defineAblation(spec), { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
  return { ...plan, runs: plan.runs.filter(({ kind }) => kind !== 'score') };
}
const sweep = (plan: SweepPlan, onEvent?: (event: SweepEvent) => void, failFast = false) =>
  runSweep(plan, {
    runsDir,
    executor: slurmExecutor({ command: [process.execPath, script], pollMs: 200 }),
    onEvent,
    failFast,
  });
const starts = (): string[] =>
  existsSync(path.join(runsDir, 'starts.txt'))
    ? readFileSync(path.join(runsDir, 'starts.txt'), 'utf8').trim().split('\n')
    : [];
const jobOf = (runId: string): { name: string; job?: string } =>
  JSON.parse(readFileSync(runFolder(runsDir, runId).job, 'utf8')) as { name: string; job?: string };

(hasSlurm ? describe : describe.skip)('a sweep on Slurm', () => {
  it('survives a failing and a cancelled run, and the second submit executes those two alone', async () => {
    const good = Array.from({ length: 10 }, (_, at) => `good-${at}`);
    const plan = planOf([...good, 'crash', 'cancelled']);
    const runIdOf = (variant: string): string => plan.cells.find((cell) => cell.variant === variant)!.runId;
    let isCancelled = false;
    const first = await sweep(plan, (event) => {
      if (event.type !== 'run-progress' || event.run.variant !== 'cancelled' || isCancelled) return;
      isCancelled = true;
      spawnSync('scancel', [jobOf(event.run.runId).job!]);
    });
    expect({ ...first, failed: first.failed.length }).toEqual({ executed: 12, finished: 0, failed: 2 });
    expect(readRecord(runsDir, runIdOf('crash'))?.error).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('no such layer 12'),
    });
    expect(readRecord(runsDir, runIdOf('cancelled'))?.error).toMatchObject({
      kind: 'cancelled',
      message: expect.stringContaining('cancelled in Slurm'),
    });
    // Slurm told it to end, and it had time to save.
    expect(existsSync(path.join(runFolder(runsDir, runIdOf('cancelled')).folder, 'saved'))).toBe(true);
    expect(starts().sort()).toEqual(['cancelled', 'crash', ...good]);

    const second = await sweep(plan);
    expect({ ...second, failed: second.failed.map(({ runId }) => runId) }).toEqual({
      executed: 2,
      finished: 10,
      failed: [runIdOf('crash')],
    });
    expect(starts().slice(12).sort()).toEqual(['cancelled', 'crash']);
    expect(readRecord(runsDir, runIdOf('cancelled'))?.status).toBe('done');
  });

  it('finds its runs again after the runner was killed, and submits nothing twice', async () => {
    const plan = planOf(['held-1', 'held-2', 'held-3', 'held-4']);
    const [planFile, runnerFile] = [path.join(runsDir, 'plan.json'), path.join(runsDir, 'runner.cjs')];
    writeFileSync(planFile, JSON.stringify(plan));
    writeFileSync(runnerFile, RUNNER);
    const runner = spawn(process.execPath, [runnerFile, process.cwd(), planFile, runsDir, script], {
      stdio: 'inherit',
    });
    const gone = new Promise((resolve) => runner.on('exit', resolve));
    while (starts().length === 0) await sleep(50);
    runner.kill('SIGKILL');
    await gone;
    const names = new Set(plan.runs.map(({ runId }) => jobOf(runId).name));

    const outcome = await sweep(plan, (event) => {
      if (event.type === 'run-start') writeFileSync(path.join(runsDir, 'go'), '');
    });
    expect(outcome).toEqual({ executed: 4, finished: 0, failed: [] });
    expect(starts().sort()).toEqual(['held-1', 'held-2', 'held-3', 'held-4']);
    expect(new Set(plan.runs.map(({ runId }) => jobOf(runId).name))).toEqual(names);
    expect(names.size).toBe(1);
  });

  it('lets what runs save, and leaves nothing in the queue, when the sweep ends at its first failure', async () => {
    const plan = planOf(['held-1', 'crash-later', 'held-2', 'held-3', 'held-4']);
    const onEvent = (event: SweepEvent): void => {
      if (event.type === 'run-progress' && event.run.variant === 'held-1')
        writeFileSync(path.join(runsDir, 'crash'), '');
    };
    const { executed, failed } = await sweep(plan, onEvent, true);
    expect({ executed, failed: failed.length }).toEqual({ executed: 1, failed: 1 });
    const { name } = jobOf(plan.runs[0]!.runId);
    const left = (): string => spawnSync('squeue', ['-h', '-r', `--name=${name}`], { encoding: 'utf8' }).stdout;
    while (left() !== '') await sleep(100);
    expect(existsSync(path.join(runFolder(runsDir, plan.runs[0]!.runId).folder, 'saved'))).toBe(true);
    expect(plan.runs.filter(({ runId }) => readRecord(runsDir, runId)).map(({ variant }) => variant)).toEqual([
      'crash-later',
    ]);
  });
});
