/**
 * Does to a sweep what machines and people do to one, and checks that its records end as those of an undisturbed sweep:
 * random kills (-9) of runs, workers and the runner, two runners on one folder, a clock set back, a damaged record, plan
 * and checkpoint, a full disk, a read-only run folder.
 *
 *   npx tsx tools/chaos/chaos.ts [--kills 20] [--seed 0] [--out DIR] [--executor local|bullmq --redis URL] [-- ABLATE OPTIONS]
 *
 * Full disk and read-only folder need root (a mount); without, the first is left out and the second goes by permissions.
 * `--executor bullmq` needs a Redis server. Exits with 1 if a record differs or something was not detected.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '@tsarank/random';
import { differingRuns, runIdsOf } from '../parity/compare-records';
import { doneRecords, flipByte, someCheckpoint } from './damage';
import { makeReadOnly, makeWritable, mountSmall, resizeSmall, unmount } from './storage-trouble';
import { childrenOf, startAblate, type AblateProcess } from './sweep-process';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string' },
    executor: { type: 'string', default: 'local' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
  },
});
/** Twelve short runs with enough training to be interrupted in. */
const DEFAULT = [
  'recipe',
  '--preset',
  'quick',
  '--engine',
  'wasm',
  '--set',
  'finetune.steps=60',
  '--set',
  'pretrain.steps=30',
];
const sweep = positionals.length > 0 ? positionals : DEFAULT;
const kills = Number(values.kills);
const random = Random.fromSeed(Number(values.seed), 'chaos');
const root = values.out ?? mkdtempSync(join(tmpdir(), 'chaos-'));
mkdirSync(root, { recursive: true });
const at = (name: string): string => join(root, name);
const CLOCK_BACK = { NODE_OPTIONS: `--require ${resolve(__dirname, 'clock-back.cjs')}` };
let wrong = 0;

const say = (text: string): void => void process.stderr.write(`chaos: ${text}\n`);
/** @param text What was printed, to be shown where it is wrong. */
function expectThat(holds: boolean, what: string, text = ''): void {
  if (!holds) wrong += 1;
  say(`${holds ? 'ok   ' : 'WRONG'} ${what}${holds || text === '' ? '' : `; it printed:\n${text.slice(-2000)}`}`);
}

const remote =
  values.executor === 'bullmq'
    ? ['--executor', 'bullmq', '--redis', values.redis, '--queue', `chaos-${process.pid}`]
    : [];
const workers: AblateProcess[] = [];
const args = (out: string): string[] => [
  'run',
  ...sweep,
  '--out',
  out,
  '--checkpoint-seconds',
  '1',
  '--stop-alike',
  '0',
];
const startSweep = (out: string, env?: NodeJS.ProcessEnv): AblateProcess => startAblate([...args(out), ...remote], env);
function startWorker(): void {
  const worker = startAblate(['worker', ...remote.slice(2), '--jobs', '1', '--checkpoint-seconds', '1']);
  workers.push(worker);
  void worker.ended.then(() => workers.splice(workers.indexOf(worker), 1));
}
const keepWorkers = (): void => {
  while (remote.length > 0 && workers.length < 2) startWorker();
};

/** Kills run, worker or runner at random until so many are killed; whatever is missing is started again. */
async function killAtRandom(out: string): Promise<Record<string, number>> {
  const killed: Record<string, number> = { run: 0, worker: 0, runner: 0 };
  let runner = startSweep(out);
  let starts = 1;
  for (let count = 0; count < kills;) {
    keepWorkers();
    await sleep(800 + random.nextInt(3200));
    if (runner.child.exitCode !== null || runner.child.signalCode !== null) {
      if ((await runner.ended).code === 0) break;
      runner = startSweep(out, starts % 3 === 2 ? CLOCK_BACK : {});
      starts += 1;
      continue;
    }
    const runs = (remote.length > 0 ? workers : [runner]).flatMap(({ child }) => childrenOf(child.pid!));
    const draw = random.nextInt(10);
    const victim = draw < 3 ? 'runner' : draw < 6 && workers.length > 0 ? 'worker' : 'run';
    const pool =
      victim === 'run' ? runs : victim === 'worker' ? workers.map(({ child }) => child.pid!) : [runner.child.pid!];
    if (pool.length === 0) continue;
    process.kill(pool[random.nextInt(pool.length)]!, 'SIGKILL');
    killed[victim]! += 1;
    count += 1;
  }
  if (runner.child.exitCode === null && runner.child.signalCode === null) runner.child.kill('SIGKILL');
  await runner.ended;
  return { ...killed, starts };
}

/** Starts the sweep until it is complete; the text of the last time. */
async function complete(out: string, env?: NodeJS.ProcessEnv): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    keepWorkers();
    const { code, text } = await startSweep(out, env).ended;
    if (code === 0) return text;
    if (attempt === 5) throw new Error(`the sweep does not end:\n${text}`);
  }
}

async function twoRunners(out: string): Promise<void> {
  const first = startSweep(out);
  while (!existsSync(join(out, '.lock')) && first.child.exitCode === null) await sleep(20);
  const { code, text } = await startSweep(out).ended;
  expectThat(
    code === 1 && /in use by process/.test(text),
    'a second runner on the folder is refused, with 1 and the holder named',
    text,
  );
  first.child.kill('SIGKILL');
  await first.ended;
}

async function damagedCheckpoint(out: string): Promise<void> {
  const runner = startSweep(out);
  let target = someCheckpoint(out);
  while (!target) {
    keepWorkers();
    if (runner.child.exitCode !== null) return say('no checkpoint was left to damage');
    await sleep(50);
    target = someCheckpoint(out);
  }
  runner.child.kill('SIGKILL');
  workers.forEach(({ child }) => child.kill('SIGKILL'));
  await runner.ended;
  await sleep(1500);
  target = someCheckpoint(out) ?? target;
  if (!existsSync(target.file)) return say('the checkpoint was done with before it was damaged');
  flipByte(target.file);
  await complete(out);
  const log = readFileSync(join(out, target.runId, 'log.txt'), 'utf8');
  expectThat(
    /checkpoint .* is damaged and passed over/.test(log),
    `a damaged checkpoint is named in the run's log (${target.runId})`,
  );
}

async function damagedRecord(out: string): Promise<void> {
  const records = doneRecords(out);
  const file = records[random.nextInt(records.length)]!;
  flipByte(file);
  const text = await complete(out);
  expectThat(
    text.includes(file) && text.includes('damaged') && existsSync(`${file}.damaged`),
    'a damaged record is named, kept aside and made again',
    text,
  );
}

/** A run's process whose plan is cut short or empty ends, with a code that says so, and the sweep is not misled by it. */
async function damagedPlan(out: string): Promise<void> {
  const runId = runIdsOf(out).at(-1)!;
  const file = join(out, runId, 'planned.json');
  const sound = readFileSync(file, 'utf8');
  for (const [how, text] of Object.entries({ 'cut short': sound.slice(0, sound.length / 2), empty: '', '[]': '[]' })) {
    writeFileSync(file, text);
    const process = startAblate(['execute', file, out]);
    const limit = setTimeout(() => process.child.kill('SIGKILL'), 60_000);
    const { code, text: printed } = await process.ended;
    clearTimeout(limit);
    expectThat(
      code !== 0 && code !== null && printed.includes(file),
      `a plan ${how} ends its run with ${code}`,
      printed,
    );
  }
  rmSync(join(out, runId, 'record.json'));
  await complete(out);
  compare(out, 'after the damaged plan');
}

async function fullDisk(out: string): Promise<void> {
  if (!mountSmall(out, 24)) return say('left out: a full disk needs root');
  try {
    const { code, text } = await startSweep(out).ended;
    expectThat(
      code !== 0 && /ENOSPC|no space left/.test(text),
      `on a full disk the sweep ends with ${code} and says so`,
      text,
    );
    resizeSmall(out, 400);
    await complete(out);
    compare(out, 'after a full disk');
  } finally {
    unmount(out);
  }
}

async function readOnlyFolder(out: string, undisturbed: string): Promise<void> {
  const folder = join(out, runIdsOf(undisturbed).at(-1)!);
  mkdirSync(folder, { recursive: true });
  if (!makeReadOnly(folder)) return say('left out: a read-only folder needs a mount');
  try {
    const { code, text } = await startSweep(out).ended;
    expectThat(
      code !== 0 && text.includes(folder),
      `a read-only run folder ends the sweep with ${code} and is named`,
      text,
    );
  } finally {
    makeWritable(folder);
  }
  await complete(out);
  compare(out, 'after a read-only run folder');
}

function compare(out: string, when: string): void {
  const [all, different] = [runIdsOf(at('undisturbed'), out), differingRuns(at('undisturbed'), out)];
  expectThat(
    different.length === 0,
    `${when}: ${all.length} records, weights and rankings, ${different.length} differ from the undisturbed sweep's`,
  );
}

async function main(): Promise<void> {
  const began = performance.now();
  say(`in ${root}: ablate ${args('…').join(' ')} ${remote.join(' ')}`);
  const { code, text } = await startAblate(args(at('undisturbed'))).ended;
  if (code !== 0) throw new Error(`the undisturbed sweep failed:\n${text}`);
  const took = (performance.now() - began) / 1000;
  say(`undisturbed: ${took.toFixed(0)} s`);
  const out = at('disturbed');
  const counts = await killAtRandom(out);
  const total = counts['run']! + counts['worker']! + counts['runner']!;
  expectThat(
    total >= kills,
    `${total} kills: ${counts['run']} runs, ${counts['worker']} workers, ${counts['runner']} runners; the runner was started ${counts['starts']} times`,
  );
  await complete(out, CLOCK_BACK);
  compare(out, 'after the kills, the clock set back');
  const other = at('two-runners');
  await twoRunners(other);
  await damagedCheckpoint(other);
  await complete(other, CLOCK_BACK);
  compare(other, 'after two runners and a damaged checkpoint, the clock set back');
  await damagedRecord(out);
  compare(out, 'after the damaged record');
  await damagedPlan(out);
  await fullDisk(at('full'));
  await readOnlyFolder(at('read-only'), at('undisturbed'));
  say(`${wrong} wrong, ${((performance.now() - began) / 1000).toFixed(0)} s in all`);
}

main()
  .catch((error: unknown) => {
    wrong += 1;
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  })
  .finally(() => {
    workers.forEach(({ child }) => child.kill('SIGTERM'));
    if (values.out === undefined && wrong === 0) rmSync(root, { recursive: true, force: true });
    process.exitCode = wrong === 0 ? 0 : 1;
  });
