/**
 * Plans 10,000 runs (1,000 variants x 10 seeds, and the stage-one runs they start from) and says where the time goes: hashes
 * of the data, expansion, estimates and schedule; then the whole command, `ablate plan --no-probe`, from start to end. Beside
 * it, in the same process, the least that run ids could cost: JSON.stringify and SHA-256 of the same configurations.
 *
 *   npx tsx tools/bench/plan-runs.ts [--variants 1000] [--seeds 10]
 *
 * Exits with 1 where the command takes 2 s or more.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { defineAblation, expandAblation, type AblationSpec, type SweepPlan } from '@tsarank/ablation';
import { tiny, type ConfigPatch } from '@tsarank/config';
import { sha256 } from '@tsarank/io';
import { estimateRun, modelShape } from '@tsarank/estimate';
import { contentHasher } from '@tsarank/runs';
import { sweepSchedule } from '@tsarank/sweeps';

const COMMAND = path.resolve(__dirname, '../../apps/ablate/bin/ablate.mjs');
const LIMIT_SECONDS = 2;
const { values } = parseArgs({
  options: { variants: { type: 'string', default: '1000' }, seeds: { type: 'string', default: '10' } },
});

function main(): void {
  const out = mkdtempSync(path.join(tmpdir(), 'plan-runs-'));
  try {
    const kept = path.join(out, '.hashes.json');
    const spec = many(Number(values.variants), Number(values.seeds));
    timed('data hashes, the first time', () => contentHasher({ keptIn: kept })(tiny));
    const hashesOf = contentHasher({ keptIn: kept });
    timed('data hashes, kept', () => hashesOf(tiny));
    const plan = timed('expansion and ids', () => expandAblation(spec, { hashesOf }));
    timed('estimates and schedule', () => estimateAll(plan));
    const peer = timed('peer: JSON.stringify and SHA-256', () => peerIds(plan));
    const ours = timed('command, start to end', () => command(spec, out));
    const ratio = (ours.seconds / peer.seconds).toFixed(0);
    process.stdout.write(
      `${plan.result.runs.length} runs planned in ${ours.seconds.toFixed(2)} s (${ratio} times the peer)\n`,
    );
    process.exitCode = ours.seconds < LIMIT_SECONDS ? 0 : 1;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function estimateAll({ result: { runs } }: { result: SweepPlan }): void {
  const shape = modelShape('tiny');
  const estimates = new Map(runs.map((run) => [run.runId, estimateRun(run, shape)]));
  sweepSchedule(runs, ({ runId }) => estimates.get(runId)!, 2);
}

function command(spec: AblationSpec, out: string): void {
  const file = path.join(out, 'many.json');
  writeFileSync(file, JSON.stringify(spec));
  const { status, stdout } = spawnSync(process.execPath, [COMMAND, 'plan', file, '--no-probe', '--out', out], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0 || !stdout.includes('To do:')) throw new Error(`ablate plan ended with ${status}`);
}

/** So many variants of a rate and a group size, half of them with a stage one of their own rate. */
function many(variants: number, seeds: number): AblationSpec {
  const patchOf = (index: number): ConfigPatch => ({
    finetune: { learningRate: 1e-5 * (index + 1), negatives: 1 + (index % 4) },
    ...(index % 2 === 0 ? {} : { pretrain: { learningRate: 1e-4 * (1 + (index % 20)) } }),
  });
  const named = Object.fromEntries(Array.from({ length: variants }, (_, index) => [`rate-${index}`, patchOf(index)]));
  return defineAblation({
    name: 'many',
    question: 'How long does a plan take?',
    base: { ...tiny, engine: 'wasm' },
    variants: named,
    baseline: 'rate-0',
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
    measures: ['nDCG@10', 'RR@10'],
  });
}

function peerIds({ result: { runs } }: { result: SweepPlan }): string[] {
  return runs.map(({ config, dataHashes }) => sha256(JSON.stringify({ config, dataHashes })));
}

function timed<T>(what: string, work: () => T): { result: T; seconds: number } {
  const started = performance.now();
  const result = work();
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${what.padEnd(34)} ${seconds.toFixed(3).padStart(7)} s\n`);
  return { result, seconds };
}

main();
