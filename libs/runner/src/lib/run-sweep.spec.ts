import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineAblation, expandAblation, type SweepPlan } from '@tsarank/ablation';
import { quick, type ConfigPatch } from '@tsarank/config';
import { acquireLock, WorkError } from '@tsarank/io';
import { localExecutor } from './local-executor';
import { readRecord, runFolder } from './run-folder';
import { runSweep, type RunSweepOptions, type SweepEvent } from './run-sweep';

/** Stands for a run's process: does what its variant's name says, and counts its starts. */
const FAKE = `
  import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
  import path from 'node:path';
  const [, , file, runsDir] = process.argv;
  const run = JSON.parse(readFileSync(file, 'utf8'));
  const folder = path.dirname(file);
  appendFileSync(path.join(runsDir, 'starts.txt'), run.kind + ' ' + run.variant + '\\n');
  const { runId, kind, config, behaviourVersion, dataHashes } = run;
  const write = (rest) => writeFileSync(path.join(folder, 'record.json'),
    JSON.stringify({ runId, kind, config, behaviourVersion, dataHashes, versions: {}, timings: {}, ...rest }));
  const what = kind === 'pretrain' ? run.config.pretrain.pairs : run.variant;
  process.send({ phase: 'load', done: 1, total: 1 });
  if (what === 'crash') { console.error('Error: something broke'); process.exit(3); }
  if (what === 'killed') process.kill(process.pid, 'SIGKILL');
  if (what === 'heap') { console.error('FATAL ERROR: JavaScript heap out of memory'); process.abort(); }
  if (what === 'nan') { write({ status: 'failed', error: { kind: 'nan', message: 'loss is NaN at step 3' } }); process.exit(1); }
  if (what === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (kind === 'pretrain') mkdirSync(path.join(folder, 'model'));
  setTimeout(() => { write({ status: 'done' }); process.disconnect(); }, 20);
`;

let runsDir: string;
let script: string;
beforeEach(() => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'sweep-'));
  script = path.join(runsDir, 'fake.mjs');
  writeFileSync(script, FAKE);
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

function planOf(variants: Record<string, ConfigPatch>): SweepPlan {
  const spec = { name: 'test', question: '?', base: quick, variants, baseline: Object.keys(variants)[0]!, seeds: [0], measures: ['AP'] as const };
  return expandAblation(defineAblation(spec), { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
}
/** Variants that differ, so that no two share a run. */
const without = (...names: string[]): Record<string, ConfigPatch> =>
  Object.fromEntries(names.map((name, at) => [name, { pretrain: null, finetune: { steps: at + 1 } }]));
const sweep = (plan: SweepPlan, options: Partial<RunSweepOptions> = {}, slots = 2) =>
  runSweep(plan, { runsDir, executor: localExecutor({ command: [process.execPath, script], slots }), pollMs: 10, ...options });
const starts = (): string[] => readFileSync(path.join(runsDir, 'starts.txt'), 'utf8').trim().split('\n');
const recordOf = (plan: SweepPlan, variant: string) =>
  readRecord(runsDir, plan.cells.find((cell) => cell.variant === variant)!.runId);

describe('runSweep', () => {
  it('executes every run once, stage one before what starts from it, and nothing the second time', async () => {
    const plan = planOf({ a: {}, b: { finetune: { steps: 9 } }, ...without('c') });
    expect(await sweep(plan)).toEqual({ executed: 4, finished: 0, failed: [] });
    const order = starts();
    expect(order.filter((line) => line.startsWith('pretrain'))).toHaveLength(1);
    expect(order).toHaveLength(4);
    expect(order.indexOf('run a')).toBeGreaterThan(order.indexOf('pretrain a'));
    expect(order.slice(0, 2).sort()).toEqual(['pretrain a', 'run c']);
    expect(await sweep(plan)).toEqual({ executed: 0, finished: 4, failed: [] });
    expect(starts()).toHaveLength(4);
  });

  it('leaves a record that says why a run failed, and finishes the others', async () => {
    const plan = planOf(without('good', 'crash', 'killed', 'heap', 'nan', 'also-good'));
    const { executed, failed } = await sweep(plan);
    expect(executed).toBe(6);
    expect(failed).toHaveLength(4);
    expect(recordOf(plan, 'good')?.status).toBe('done');
    expect(recordOf(plan, 'also-good')?.status).toBe('done');
    expect(recordOf(plan, 'crash')?.error).toMatchObject({ kind: 'error', message: expect.stringContaining('something broke') });
    expect(recordOf(plan, 'killed')?.error).toMatchObject({ kind: 'killed', message: expect.stringContaining('SIGKILL') });
    expect(recordOf(plan, 'heap')?.error).toMatchObject({ kind: 'out-of-memory', message: expect.stringContaining('heap') });
    expect(recordOf(plan, 'nan')?.error).toEqual({ kind: 'nan', message: 'loss is NaN at step 3' });
  });

  it('tries failed runs again', async () => {
    const plan = planOf(without('good', 'crash'));
    await sweep(plan);
    expect(await sweep(plan)).toMatchObject({ executed: 1, finished: 1 });
    expect(starts().filter((line) => line === 'run crash')).toHaveLength(2);
  });

  it('fails what starts from a failed stage one with its cause', async () => {
    const plan = planOf({ a: { pretrain: { pairs: 'nan' } }, b: { pretrain: { pairs: 'nan' }, finetune: { steps: 7 } }, ...without('c') });
    const { failed } = await sweep(plan);
    expect(failed).toHaveLength(3);
    for (const variant of ['a', 'b']) {
      expect(recordOf(plan, variant)?.error).toMatchObject({
        kind: 'nan',
        message: expect.stringMatching(/^stage one \(run [0-9a-f]{16}\) failed: loss is NaN at step 3$/),
      });
    }
    expect(recordOf(plan, 'c')?.status).toBe('done');
  });

  it('makes stage one again when its model is gone, but only for runs that need it', async () => {
    const plan = planOf({ a: {}, b: { finetune: { steps: 9 } } });
    await sweep(plan);
    const stage = runFolder(runsDir, plan.runs[0]!.runId);
    rmSync(stage.model, { recursive: true });
    expect((await sweep(plan)).executed).toBe(0);
    rmSync(runFolder(runsDir, plan.runs[1]!.runId).record);
    expect((await sweep(plan)).executed).toBe(2);
    expect(existsSync(stage.model)).toBe(true);
  });

  it('does not trust a damaged record', async () => {
    const plan = planOf(without('a'));
    await sweep(plan);
    writeFileSync(runFolder(runsDir, plan.runs[0]!.runId).record, '{"runId": "x"');
    expect((await sweep(plan)).executed).toBe(1);
  });

  it('stops at the first failure when asked to', async () => {
    const { executed, failed } = await sweep(planOf(without('crash', 'good', 'also-good')), { failFast: true }, 1);
    expect({ executed, failed: failed.length }).toEqual({ executed: 1, failed: 1 });
  });

  it('refuses a folder in which another sweep runs', async () => {
    const lock = acquireLock(runsDir);
    await expect(sweep(planOf(without('a')))).rejects.toThrow('in use by process');
    lock.release();
    await expect(sweep(planOf(without('a')))).resolves.toMatchObject({ executed: 1 });
  });

  it('ends its processes when it is stopped, and leaves no record of them', async () => {
    const plan = planOf(without('slow'));
    const controller = new AbortController();
    const onEvent = (event: SweepEvent): void => {
      if (event.type === 'run-progress') controller.abort();
    };
    await expect(sweep(plan, { signal: controller.signal, onEvent })).rejects.toThrow(WorkError);
    expect(recordOf(plan, 'slow')).toBeUndefined();
    acquireLock(runsDir).release();
  });

  it('tells what happens in order', async () => {
    const events: string[] = [];
    await sweep(planOf(without('a')), { onEvent: (event) => events.push(event.type) });
    expect(events[0]).toBe('start');
    expect(events.filter((type) => type !== 'run-progress')).toEqual(['start', 'run-start', 'run-end', 'end']);
  });
});
