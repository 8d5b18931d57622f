import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineAblation, expandAblation, type PlannedRun, type SweepPlan } from '@tsarank/ablation';
import { quick, type ConfigPatch } from '@tsarank/config';
import { acquireLock } from '@tsarank/io';
import { RECORD_WRITER } from '@tsarank/testing';
import { localExecutor } from './executors/local-executor';
import type { RunAttempt } from './attempts';
import { readRecord, runFolder } from '@tsarank/runs';
import { runSweep, type RunSweepOptions, type SweepEvent } from './run-sweep';

/** Stands for a run's process: does what its variant's name says, and counts its starts. */
const FAKE = `
  import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  ${RECORD_WRITER}
  import path from 'node:path';
  const [, , file, runsDir] = process.argv;
  const run = JSON.parse(readFileSync(file, 'utf8'));
  const folder = path.dirname(file);
  const at = (name) => path.join(folder, name);
  appendFileSync(path.join(runsDir, 'starts.txt'), run.kind + ' ' + run.variant + '\\n');
  const { runId, kind, config, behaviourVersion, dataHashes } = run;
  const write = (rest) =>
    writeRecord(at('record.json'), { runId, kind, ...(run.set ? { set: run.set.name } : {}), config, behaviourVersion, dataHashes, versions: {}, timings: {}, ...rest });
  const what = { pretrain: run.config.pretrain?.pairs, finetune: run.variant, score: '' }[kind];
  writeFileSync(at('progress.json'), JSON.stringify({ phase: 'finetune', done: 1, total: 2, loss: 0.5 }));
  const isFirst = !existsSync(at('tried'));
  writeFileSync(at('tried'), '');
  if (what === 'crash') { console.error('Error: something broke'); process.exit(3); }
  if (what === 'alike') { console.error('Error: no such layer 12'); process.exit(3); }
  if (what === 'killed' || (what === 'killed-once' && isFirst)) process.kill(process.pid, 'SIGKILL');
  if (what === 'heap') { console.error('FATAL ERROR: JavaScript heap out of memory'); process.abort(); }
  if (what === 'heap-once' && isFirst) { console.error('FATAL ERROR: JavaScript heap out of memory'); process.exit(134); }
  if (what === 'full') { console.error("InputError: x: can't be written (ENOSPC: no space left on device)\\n}"); process.exit(74); }
  if (what === 'nan') { write({ status: 'failed', error: { kind: 'nan', message: 'loss is NaN at step 3' } }); process.exit(1); }
  if (what === 'slow') {
    process.on('SIGTERM', () => { writeFileSync(at('saved'), ''); process.exit(75); });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  if (what === 'deaf') {
    process.on('SIGTERM', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  let modelHash;
  if (kind !== 'score') {
    mkdirSync(at('model'), { recursive: true });
    writeFileSync(at('model/config.json'), '{}');
    modelHash = sha256('config.json ' + sha256('{}') + '\\n');
  }
  let ranking;
  if (kind === 'score') {
    writeFileSync(at('ranking.jsonl.gz'), 'ranking');
    ranking = { sha256: sha256('ranking'), queries: 1, pairs: 1, reused: 0 };
  }
  const found = JSON.parse(JSON.stringify({ modelHash, ranking }));
  const result = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {}, ...found };
  setTimeout(() => { write({ status: 'done', result }); process.disconnect(); }, 20);
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
  const spec = {
    name: 'test',
    question: '?',
    base: quick,
    variants,
    baseline: Object.keys(variants)[0]!,
    seeds: [0],
    measures: ['AP'] as const,
  };
  return expandAblation(defineAblation(spec), { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
}
/** Of training alone. */
function trainingOf(variants: Record<string, ConfigPatch>): SweepPlan {
  const plan = planOf(variants);
  return { ...plan, runs: plan.runs.filter(({ kind }) => kind !== 'score') };
}
/** Variants that differ, so that no two share a run. */
const without = (...names: string[]): Record<string, ConfigPatch> =>
  Object.fromEntries(names.map((name, at) => [name, { pretrain: null, finetune: { steps: at + 1 } }]));
const sweep = (plan: SweepPlan, options: Partial<RunSweepOptions> = {}, slots = 2) =>
  runSweep(plan, {
    runsDir,
    executor: localExecutor({ command: [process.execPath, script], slots }),
    pollMs: 10,
    ...options,
  });
const starts = (): string[] => readFileSync(path.join(runsDir, 'starts.txt'), 'utf8').trim().split('\n');
const recordOf = (plan: SweepPlan, variant: string) =>
  readRecord(runsDir, plan.cells.find((cell) => cell.variant === variant)!.runId);

describe('runSweep', () => {
  it('executes every run once, stage one before what starts from it, and nothing the second time', async () => {
    const plan = trainingOf({ a: {}, b: { finetune: { steps: 9 } }, ...without('c') });
    const order: string[] = [];
    const onEvent = (event: SweepEvent): void =>
      void (event.type === 'run-start' && order.push(`${event.run.kind} ${event.run.variant}`));
    expect(await sweep(plan, { onEvent })).toEqual({ executed: 4, finished: 0, failed: [] });
    expect(starts().sort()).toEqual([...order].sort());
    expect(order.filter((line) => line.startsWith('pretrain'))).toHaveLength(1);
    expect(order).toHaveLength(4);
    expect(order.indexOf('finetune a')).toBeGreaterThan(order.indexOf('pretrain a'));
    expect(order.slice(0, 2).sort()).toEqual(['finetune c', 'pretrain a']);
    expect(await sweep(plan)).toEqual({ executed: 0, finished: 4, failed: [] });
    expect(starts()).toHaveLength(4);
  });

  it('leaves a record that says why a run failed, and finishes the others', async () => {
    const plan = trainingOf(without('good', 'crash', 'killed', 'heap', 'nan', 'also-good'));
    const { executed, failed } = await sweep(plan, { retries: 0 });
    expect(executed).toBe(6);
    expect(failed).toHaveLength(4);
    expect(recordOf(plan, 'good')?.status).toBe('done');
    expect(recordOf(plan, 'also-good')?.status).toBe('done');
    expect(recordOf(plan, 'crash')?.error).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('something broke'),
    });
    expect(recordOf(plan, 'killed')?.error).toMatchObject({
      kind: 'killed',
      message: expect.stringContaining('SIGKILL'),
    });
    expect(recordOf(plan, 'heap')?.error).toMatchObject({
      kind: 'out-of-memory',
      message: expect.stringContaining('heap'),
    });
    expect(recordOf(plan, 'nan')?.error).toEqual({ kind: 'nan', message: 'loss is NaN at step 3' });
  });

  it('tries failed runs again', async () => {
    const plan = trainingOf(without('good', 'crash'));
    await sweep(plan);
    expect(await sweep(plan)).toMatchObject({ executed: 1, finished: 1 });
    expect(starts().filter((line) => line === 'finetune crash')).toHaveLength(2);
  });

  it('scores what was trained, tells the scores of a failed stage from it, and makes a lost model again for them', async () => {
    const plan = planOf({ ...without('a', 'crash'), base: { pretrain: null, finetune: null } });
    const first = await sweep(plan, { retries: 0 });
    expect(first).toMatchObject({ executed: 8, finished: 0 });
    expect(first.failed.map(({ kind, error }) => `${kind}: ${error!.message}`).sort()).toEqual([
      expect.stringMatching(/^finetune: .*something broke/),
      expect.stringMatching(/^score: stage two \(run [0-9a-f]{16}\) failed: /),
      expect.stringMatching(/^score: stage two/),
    ]);
    expect((await sweep(plan)).finished).toBe(5);
    const [home] = Object.values(plan.cells[0]!.scores);
    rmSync(runFolder(runsDir, home!).ranking);
    rmSync(runFolder(runsDir, plan.cells[0]!.runId).model, { recursive: true });
    const files: string[] = [];
    const count = starts().length;
    await sweep(plan, { onEvent: (event) => event.type === 'damaged' && files.push(event.file) });
    expect(files).toEqual([runFolder(runsDir, home!).ranking]);
    expect(
      starts()
        .slice(count)
        .filter((line) => !line.endsWith('crash')),
    ).toEqual(['finetune a', 'score a']);
  });

  it('fails what starts from a failed stage one with its cause', async () => {
    const plan = trainingOf({
      a: { pretrain: { pairs: 'nan' } },
      b: { pretrain: { pairs: 'nan' }, finetune: { steps: 7 } },
      ...without('c'),
    });
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
    const plan = trainingOf({ a: {}, b: { finetune: { steps: 9 } } });
    await sweep(plan);
    const stage = runFolder(runsDir, plan.runs[0]!.runId);
    rmSync(stage.model, { recursive: true });
    expect((await sweep(plan)).executed).toBe(0);
    rmSync(runFolder(runsDir, plan.runs[1]!.runId).record);
    expect((await sweep(plan)).executed).toBe(2);
    expect(existsSync(stage.model)).toBe(true);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -20)],
    ['changed in one number', (text: string) => text.replace('"behaviourVersion": ', '"behaviourVersion": 1')],
    ['without its hash', (text: string) => text.replace('sha256', 'sha255')],
  ])('names a record that was %s, puts it aside and does the run again', async (_, damage) => {
    const plan = trainingOf(without('a', 'b'));
    await sweep(plan);
    const { record } = runFolder(runsDir, plan.runs[0]!.runId);
    const [sound, damaged] = [readFileSync(record, 'utf8'), damage(readFileSync(record, 'utf8'))];
    writeFileSync(record, damaged);
    const events: SweepEvent[] = [];
    expect((await sweep(plan, { onEvent: (event) => events.push(event) })).executed).toBe(1);
    expect(events).toContainEqual({
      type: 'damaged',
      run: plan.runs[0],
      file: `${record}.damaged`,
      why: expect.stringContaining(record),
    });
    expect(readFileSync(record, 'utf8')).toBe(sound);
    expect(readFileSync(`${record}.damaged`, 'utf8')).toBe(damaged);
  });

  it('makes a stage-one model again that is not what its record says', async () => {
    const plan = trainingOf({ a: {} });
    await sweep(plan);
    const stage = runFolder(runsDir, plan.runs[0]!.runId);
    writeFileSync(path.join(stage.model, 'config.json'), '{"changed":1}');
    rmSync(runFolder(runsDir, plan.runs[1]!.runId).record);
    const files: string[] = [];
    await sweep(plan, { onEvent: (event) => event.type === 'damaged' && files.push(event.file) });
    expect(files).toEqual([stage.model]);
    expect(starts()).toEqual(['pretrain a', 'finetune a', 'pretrain a', 'finetune a']);
  });

  it('tries again what was done to a run, and once what it did itself', async () => {
    const plan = trainingOf(without('good', 'killed-once', 'killed', 'heap-once', 'crash'));
    const retries: string[] = [];
    const onEvent = (event: SweepEvent): void =>
      void (event.type === 'run-retry' && retries.push(`${event.run.variant} ${event.attempt}/${event.attempts}`));
    const { failed } = await sweep(plan, { onEvent });
    expect(failed.map(({ error }) => error!.kind).sort()).toEqual(['error', 'killed']);
    expect(retries.sort()).toEqual(['heap-once 1/3', 'killed 1/3', 'killed 2/3', 'killed-once 1/3']);
    const count = (variant: string): number => starts().filter((line) => line === `finetune ${variant}`).length;
    expect(['killed-once', 'killed', 'heap-once', 'crash'].map(count)).toEqual([2, 3, 2, 1]);
    const { attempts } = runFolder(runsDir, plan.cells.find(({ variant }) => variant === 'killed-once')!.runId);
    const diary = readFileSync(attempts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunAttempt);
    expect(diary).toMatchObject([
      { attempt: 1, executor: 'local', end: 'killed' },
      { attempt: 2, end: 'done' },
    ]);
  });

  it('stops when the first runs all fail alike, and says how', async () => {
    const plan = trainingOf(without('alike', 'b', 'c', 'd', 'e'));
    const alike = { ...plan, runs: plan.runs.map((run) => ({ ...run, variant: 'alike' })) };
    const { executed, failed, stopped } = await sweep(alike, {}, 1);
    expect({ executed, failed: failed.length }).toEqual({ executed: 3, failed: 3 });
    expect(stopped).toBe(
      'the first 3 runs failed alike (error: the process ended with code 3 and no record: Error: no such layer 12)',
    );
    expect((await sweep(alike, { stopAlike: 0 }, 1)).executed).toBe(5);
  });

  it('stops when results cannot be written, and leaves no record of a failure', async () => {
    const plan = trainingOf(without('full', 'good'));
    await expect(sweep(plan, {}, 1)).rejects.toThrow("can't be written (ENOSPC: no space left on device); mend that");
    expect(recordOf(plan, 'full')).toBeUndefined();
    expect(starts()).toEqual(['finetune full']);
  });

  it('starts nothing that does not fit beside the others, or at all', async () => {
    const plan = trainingOf(without('a', 'b', 'c', 'huge'));
    const memory = { limit: 10, needOf: ({ variant }: PlannedRun) => (variant === 'huge' ? 11 : 6) };
    let [now, most] = [0, 0];
    const onEvent = ({ type }: SweepEvent): void => {
      if (type === 'run-start') most = Math.max(most, (now += 1));
      if (type === 'run-end' && now > 0) now -= 1;
    };
    const executor = localExecutor({ command: [process.execPath, script], slots: 4, memory });
    const { failed } = await sweep(plan, { executor, onEvent });
    expect(most).toBe(1);
    expect(failed.map(({ error }) => error)).toEqual([
      { kind: 'out-of-memory', message: expect.stringMatching(/^not started: needs about .*--memory/) },
    ]);
    expect(starts().sort()).toEqual(['finetune a', 'finetune b', 'finetune c']);
  });

  it('stops at the first failure when asked to', async () => {
    const { executed, failed } = await sweep(trainingOf(without('crash', 'good', 'also-good')), { failFast: true }, 1);
    expect({ executed, failed: failed.length }).toEqual({ executed: 1, failed: 1 });
  });

  it('refuses a folder in which another sweep runs', async () => {
    const lock = acquireLock(runsDir);
    await expect(sweep(trainingOf(without('a')))).rejects.toThrow('in use by process');
    lock.release();
    await expect(sweep(trainingOf(without('a')))).resolves.toMatchObject({ executed: 1 });
  });

  it.each(['slow', 'deaf'])(
    'lets its processes save when it is stopped, ends those that do not (%s), and leaves no record',
    async (name) => {
      const plan = trainingOf(without(name));
      const controller = new AbortController();
      const onEvent = (event: SweepEvent): void => {
        if (event.type === 'run-progress') controller.abort();
      };
      const stopped = sweep(plan, { signal: controller.signal, onEvent, graceMs: name === 'slow' ? 5000 : 200 });
      await expect(stopped).rejects.toThrow('stopped; the same command goes on from the last checkpoints');
      expect(recordOf(plan, name)).toBeUndefined();
      expect(existsSync(path.join(runsDir, plan.runs[0]!.runId, 'saved'))).toBe(name === 'slow');
      acquireLock(runsDir).release();
    },
  );

  it('tells what happens in order', async () => {
    const events: string[] = [];
    await sweep(trainingOf(without('a')), { onEvent: (event) => events.push(event.type) });
    expect(events[0]).toBe('start');
    expect(events.filter((type) => type !== 'run-progress')).toEqual(['start', 'run-start', 'run-end', 'end']);
  });
});
