/**
 * Trains with our commands and with the PyTorch reference on the same groups and pairs, and compares the logs step by
 * step: stage two with the penalty over all, real and query rows, then stage one.
 *
 *   npx tsx tools/parity/training-parity.ts --model smollm2 --peer peer.py --python .venv/bin/python \
 *     --groups msmarco.json [--engine tensorflow] [--group-size 8] [--steps 4] [--top-layers 4]
 *
 * The model is a Hugging Face folder. Exits with 1 if a value differs by more than the tolerance.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareLogs } from './compare-logs';
import type { LoggedStep } from './compare-logs';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    peer: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    groups: { type: 'string' },
    engine: { type: 'string', default: 'auto' },
    'group-size': { type: 'string', default: '8' },
    'batch-size': { type: 'string', default: '4' },
    steps: { type: 'string', default: '4' },
    'top-layers': { type: 'string', default: '4' },
    // The same for both sides, whose own defaults differ by stage.
    'learning-rate': { type: 'string', default: '3e-5' },
  },
});
const { model, peer, groups } = values;
if (model === undefined || peer === undefined || groups === undefined) {
  throw new Error('--model, --peer and --groups are needed');
}
const [steps, groupSize] = [Number(values.steps), Number(values['group-size'])];
const folder = mkdtempSync(join(tmpdir(), 'tsarank-parity-'));
const command = resolve(__dirname, '../../apps/tsarank/bin/tsarank.mjs');

/** Lines of JSON as text. */
function lines(objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  return stdout;
}

function parseLog(text: string): LoggedStep[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LoggedStep);
}

/** Runs one stage on both sides; true if they agree. */
function compareStage(label: string, peerArgs: readonly string[], ourArgs: readonly string[]): boolean {
  const top = values['top-layers'];
  const log = join(folder, 'ours.jsonl');
  const rate = values['learning-rate'];
  const plain = [
    '--order',
    'given',
    '--schedule',
    'constant',
    '--warmup-ratio',
    '0',
    '--clip-norm',
    '0',
    '--learning-rate',
    rate,
  ];
  const expected = run(values.python, [
    peer!,
    ...peerArgs,
    '--model',
    model!,
    '--top',
    top,
    '--lr',
    rate,
    '--steps',
    String(steps),
  ]);
  run(process.execPath, [
    ...[command, ...ourArgs, ...plain, '--model', model!, '--top-layers', top, '--steps', String(steps)],
    ...['--engine', values.engine, '--log', log, '--out', join(folder, 'out')],
  ]);
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const comparisons = compareLogs(parseLog(expected), parseLog(readFileSync(log, 'utf8')));
  for (const { step, name, expected: wanted, found, difference, kind, agrees } of comparisons) {
    const verdict = agrees ? 'agrees ' : 'DIFFERS';
    console.log(
      `${verdict} ${label} step ${step} ${name}: ${wanted} and ${found}, ${kind} ${difference.toExponential(1)}`,
    );
  }
  return comparisons.every(({ agrees }) => agrees);
}

/** A line of either form of groups: the query, and its documents with the positive first. */
function readGroup(line: string): { query: string; documents: string[] } {
  const { query, documents, positive_passages, negative_passages } = JSON.parse(line) as {
    query: string;
    documents?: string[];
    positive_passages?: { text: string }[];
    negative_passages?: { text: string }[];
  };
  const passages = [...(positive_passages ?? []).slice(0, 1), ...(negative_passages ?? [])];
  return { query, documents: (documents ?? passages.map(({ text }) => text)).slice(0, groupSize) };
}

try {
  const chosen = readFileSync(groups, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readGroup)
    .filter(({ documents }) => documents.length === groupSize);
  const groupFile = join(folder, 'groups.jsonl');
  const pairFile = join(folder, 'pairs.jsonl');
  writeFileSync(groupFile, lines(chosen.slice(0, steps)));
  const pairs = chosen.slice(0, steps * Number(values['batch-size']));
  writeFileSync(pairFile, lines(pairs.map(({ query, documents }) => ({ query, document: documents[0] }))));

  const stages = (['real', 'all', 'query'] as const).map((rows) =>
    compareStage(
      `finetune ${rows}`,
      ['sft', '--groups', groupFile, '--kl-rows', rows],
      [...['finetune', '--groups', groupFile, '--kl-rows', rows]],
    ),
  );
  const batch = values['batch-size'];
  stages.push(
    compareStage(
      'pretrain',
      ['cpt', '--pairs', pairFile, '--batch', batch],
      ['pretrain', '--pairs', pairFile, '--batch-size', batch],
    ),
  );
  process.exitCode = stages.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
