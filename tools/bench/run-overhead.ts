/**
 * What a run costs beside its training and evaluation: process start, loading, records, tracking. Executes the quick sweep
 * one run at a time with a W&B log and prints, over its runs, the seconds from start to record that no stage took.
 *
 *   npx tsx tools/bench/run-overhead.ts [--engine wasm] [--python PYTHON]
 *
 * With `--python`, a peer in the same run: how long that Python takes to start and import torch and transformers.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readRecords, runFolder } from '@tsarank/runs';
import type { RunAttempt } from '@tsarank/sweeps';

const { values } = parseArgs({ options: { engine: { type: 'string', default: 'wasm' }, python: { type: 'string' } } });
const out = mkdtempSync(join(tmpdir(), 'overhead-'));
const bin = resolve(__dirname, '../../apps/ablate/bin/ablate.mjs');
const sweep = [
  'run',
  'recipe',
  '--preset',
  'quick',
  '--engine',
  values.engine,
  '--jobs',
  '1',
  '--track',
  'wandb',
  '--out',
  out,
];
const { status } = spawnSync(process.execPath, [bin, ...sweep], { stdio: ['ignore', 'ignore', 'inherit'] });
if (status !== 0) throw new Error(`the sweep ended with ${status}`);

const overheads = [...readRecords(out).values()].map(({ runId, kind, timings }) => {
  const attempt = JSON.parse(
    readFileSync(runFolder(out, runId).attempts, 'utf8').trim().split('\n').at(-1)!,
  ) as RunAttempt;
  const training = kind === 'score' ? 0 : timings[kind]!;
  return attempt.seconds - training - (timings['evaluate'] ?? 0);
});
rmSync(out, { recursive: true, force: true });
const median = middle(overheads);
process.stdout.write(
  `${overheads.length} runs: median ${median.toFixed(2)} s, largest ${Math.max(...overheads).toFixed(2)} s\n`,
);

if (values.python !== undefined) {
  const seconds = [0, 1, 2].map(() => {
    const start = performance.now();
    spawnSync(values.python!, ['-c', 'import torch, transformers']);
    return (performance.now() - start) / 1000;
  });
  const peer = middle(seconds);
  process.stdout.write(
    `peer, Python with torch and transformers imported: ${peer.toFixed(2)} s; ours is ${(median / peer).toFixed(2)} of it\n`,
  );
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
