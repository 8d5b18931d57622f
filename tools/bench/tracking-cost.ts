/**
 * What tracking costs a run: the same two runs side by side, untracked, with the W&B log, and mirrored live to a server on
 * 127.0.0.1 that is well, down, failing (500s) or slow. Prints the seconds of the runs' processes and the median training
 * step, as ratios to the untracked ones of the same round.
 *
 *   npx tsx tools/bench/tracking-cost.ts [--rounds 3] [--engine tensorflow] [--steps 300] [--client .venv/wandb-0.31.0/bin/wandb]
 *
 * Then uploads by `ablate sync` what the troubled servers did not get, and counts the rows: nothing may be lost.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { applyPatch, tiny } from '@tsarank/config';
import { readJsonLines } from '@tsarank/io';
import { readRecords, runFolder } from '@tsarank/runs';
import { startWandbServer, type WandbServerBehaviour } from '@tsarank/testing';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    engine: { type: 'string', default: 'tensorflow' },
    steps: { type: 'string', default: '300' },
    client: { type: 'string', default: resolve(__dirname, '../../.venv/wandb-0.31.0/bin/wandb') },
  },
});
const BIN = resolve(__dirname, '../../apps/ablate/bin/ablate.mjs');
const WAYS: [string, string, WandbServerBehaviour][] = [
  ['untracked', 'none', { as: 'well' }],
  ['wandb', 'wandb', { as: 'well' }],
  ['wandb-live', 'wandb-live', { as: 'well' }],
  ['wandb-live, server down', 'wandb-live', { as: 'down' }],
  ['wandb-live, all 500', 'wandb-live', { as: 'failing', requests: 1e9 }],
  ['wandb-live, slow', 'wandb-live', { as: 'slow', ms: 5000 }],
];

const folder = mkdtempSync(join(tmpdir(), 'tracking-cost-'));
const stepCount = Number(values.steps);
const experiment = join(folder, 'cost.json');
const base = applyPatch(tiny, {
  pretrain: null,
  data: { outOfDomain: null, testQueries: 20 },
  finetune: { steps: stepCount },
});
const variants = { one: {}, two: { finetune: { topLayers: 1 } } };
writeFileSync(
  experiment,
  JSON.stringify({
    name: 'cost',
    question: 'What does it cost?',
    base,
    variants,
    baseline: 'one',
    seeds: [0],
    measures: ['nDCG@10'],
  }),
);

function ablate(args: readonly string[], url: string): Promise<number | null> {
  const env = {
    ...process.env,
    HOME: folder,
    WANDB_BASE_URL: url,
    WANDB_API_KEY: '0'.repeat(40),
    TSARANK_WANDB: values.client,
    WANDB_ERROR_REPORTING: 'false',
  };
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['ignore', 'ignore', 'ignore'] });
  return new Promise((done) => child.on('close', done));
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** Seconds of a training step: the median is blind to what else the machine did for a moment. */
function medianStep(losses: string): number {
  return middle(readJsonLines(losses).map(({ value }) => (value as { seconds: number }).seconds));
}

async function main(): Promise<void> {
  const ratios = new Map<string, number[]>();
  const steps = new Map<string, number[]>();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    let untracked = { seconds: 0, step: 0 };
    for (const [name, track, behaviour] of WAYS) {
      const server = await startWandbServer();
      server.behave(behaviour);
      const out = join(folder, `${round} ${name}`.replaceAll(/\W+/g, '-'));
      const code = await ablate(
        ['run', experiment, '--engine', values.engine, '--track', track, '--out', out, '--jobs', '2'],
        server.url,
      );
      const records = [...readRecords(out).values()];
      const seconds = records.reduce((sum, { timings }) => sum + timings['process']!, 0);
      const step = records.reduce((sum, { runId }) => sum + medianStep(runFolder(out, runId).losses), 0);
      if (name === 'untracked') untracked = { seconds, step };
      ratios.set(name, [...(ratios.get(name) ?? []), seconds / untracked.seconds]);
      steps.set(name, [...(steps.get(name) ?? []), step / untracked.step]);
      let lost = '';
      if (track !== 'none') {
        server.behave({ as: 'well' });
        await ablate(['sync', experiment, '--engine', values.engine, '--out', out], server.url);
        const rows = Object.values(server.recording.runs)
          .filter(({ jobType }) => jobType === 'sft')
          .map((run) => run.rows.length);
        lost = `, rows after ablate sync: ${rows.join(' and ')} of ${stepCount + 1}`;
      }
      process.stdout.write(`${name}: ${seconds.toFixed(1)} s, exit ${code}${lost}\n`);
      await server.close();
    }
  }
  for (const name of ratios.keys()) {
    const [whole, step] = [ratios.get(name)!, steps.get(name)!];
    process.stdout.write(
      `${name.padEnd(24)} ${middle(whole).toFixed(3)} x untracked, a training step ${middle(step).toFixed(3)} x (${step.map((ratio) => ratio.toFixed(3)).join(' ')})\n`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
}

void main();
