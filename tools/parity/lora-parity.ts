/**
 * Trains the same adapters with our commands and with PEFT, on a real model and published groups, and compares: the logs of
 * both stages step by step, the scores of either side's trained adapter, those of an adapter that we saved read by PEFT (apart
 * and merged), and ours of it apart and merged.
 *
 *   npx tsx tools/parity/lora-parity.ts --model smollm2 --python .venv/bin/python [--shared ../shared] [--engine tensorflow] \
 *     [--group-size 6] [--batch-size 4] [--steps 4] [--rank 8]
 *
 * The model is a Hugging Face folder; Python has torch, transformers and peft. Where something is absent, nothing is compared.
 * Exits with 1 if a value differs by more than its limit.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCheck, largestDifference } from './check';
import type { Check } from './check';
import { compareLogs } from './compare-logs';
import type { LoggedStep } from './compare-logs';
import { makeInputs, readLines, writeLines } from './inputs';
import { scoresApartAndMerged } from './lora-scores';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    shared: { type: 'string', default: resolve(__dirname, '../../../shared') },
    engine: { type: 'string', default: 'auto' },
    'group-size': { type: 'string', default: '6' },
    'batch-size': { type: 'string', default: '4' },
    steps: { type: 'string', default: '4' },
    rank: { type: 'string', default: '8' },
    'learning-rate': { type: 'string', default: '1e-3' },
    pairs: { type: 'string', default: '24' },
  },
});
const command = resolve(__dirname, '../../apps/tsarank/bin/tsarank.mjs');
/** Largest difference of a score: float32 sums in another order, through four steps of training or none. */
const TRAINED_LIMIT = 1e-3;
const SAVED_LIMIT = 1e-4;

/** Targets and blocks: PEFT's default of the family everywhere, then every matrix of the upper blocks. */
const VARIANTS = [
  { name: 'default targets, all blocks', options: [] },
  { name: 'all-linear, top 4', options: ['--lora-targets', 'all-linear', '--top-layers', '4'] },
];

function run(program: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  return stdout;
}

const ours = (args: readonly string[]): string =>
  run(process.execPath, [command, ...args, '--model', values.model!, '--engine', values.engine, '--log-level', 'warn']);
const peft = (args: readonly string[]): string =>
  run(values.python, [join(__dirname, 'lora_peft.py'), ...args, '--model', resolve(values.model!)]);

/** What is needed and isn't there. */
function missing(): string | undefined {
  if (values.model === undefined || !existsSync(join(values.model, 'config.json'))) return 'no model folder (--model)';
  if (!existsSync(join(values.shared, 'data/rankinggpt/msmarco.json')))
    return `no data/rankinggpt in ${values.shared} (--shared)`;
  const { status } = spawnSync(values.python, ['-c', 'import peft, torch, transformers']);
  return status === 0 ? undefined : `no torch, transformers and peft in ${values.python} (--python)`;
}

async function compare(folder: string): Promise<boolean> {
  const [steps, size, batch] = [values.steps, values['group-size'], values['batch-size']].map(Number) as [
    number,
    number,
    number,
  ];
  const made = makeInputs(values.shared, folder, {
    groups: Math.max(steps, batch * steps),
    pairs: Number(values.pairs),
  });
  const all = readLines<{ query: string; documents: string[] }>(made.groups).map(({ query, documents }) => ({
    query,
    documents: documents.slice(0, size),
  }));
  const data = {
    finetune: writeLines(join(folder, 'groups-cut.jsonl'), all.slice(0, steps)),
    pretrain: writeLines(
      join(folder, 'positives.jsonl'),
      all.slice(0, batch * steps).map(({ query, documents }) => ({ query, document: documents[0] })),
    ),
  };
  let agree = true;
  for (const [index, { name, options }] of VARIANTS.entries()) {
    for (const stage of ['pretrain', 'finetune'] as const) {
      const place = (kind: string): string => join(folder, `${index}-${stage}-${kind}`);
      const train = (out: string, rate: string, count: number): string =>
        ours([
          ...[
            stage,
            stage === 'pretrain' ? '--pairs' : '--groups',
            data[stage],
            '--out',
            out,
            '--log',
            `${out}.jsonl`,
            '--steps',
            String(count),
          ],
          ...(stage === 'pretrain' ? ['--batch-size', String(batch)] : []),
          ...[
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
          ],
          ...['--lora-rank', values.rank, ...options],
        ]);
      // At rate 0 what is saved is what training starts from.
      train(place('start'), '0', 1);
      train(place('ours'), values['learning-rate'], steps);
      const rate = ['--learning-rate', values['learning-rate'], '--batch', String(batch)];
      const log = peft([stage, '--adapter', place('start'), '--data', data[stage], '--out', place('peft'), ...rate]);
      agree = compareTraining(`${stage}, ${name}`, log, `${place('ours')}.jsonl`) && agree;
      const checks = await compareScores(`${stage}, ${name}`, made.pairs, place);
      for (const check of checks) console.log(formatCheck(check));
      agree = agree && checks.every(({ difference, limit }) => difference <= limit);
    }
  }
  return agree;
}

function compareTraining(label: string, log: string, file: string): boolean {
  const parse = (text: string): LoggedStep[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LoggedStep);
  const comparisons = compareLogs(parse(log), parse(readFileSync(file, 'utf8')));
  for (const { step, name, expected, found, difference, kind, agrees } of comparisons) {
    console.log(
      `${agrees ? 'agrees ' : 'DIFFERS'} ${label} step ${step} ${name}: ${expected} and ${found}, ${kind} ${difference.toExponential(1)}`,
    );
  }
  return comparisons.every(({ agrees }) => agrees);
}

async function compareScores(label: string, pairs: string, place: (kind: string) => string): Promise<Check[]> {
  const scores = (adapter: string) =>
    JSON.parse(peft(['score', '--adapter', adapter, '--data', pairs])) as { apart: number[]; merged: number[] };
  const { apart, merged, base } = await scoresApartAndMerged({
    model: values.model!,
    adapter: place('ours'),
    pairs,
    engine: values.engine,
  });
  const loaded = scores(place('ours'));
  const note = `${merged.length} pairs; training moved scores by up to ${largestDifference(merged, base).toPrecision(2)}`;
  return [
    {
      name: `${label}: our adapter here and in PEFT`,
      difference: largestDifference(merged, loaded.apart),
      limit: SAVED_LIMIT,
      note,
    },
    {
      name: `${label}: the same, merged by PEFT`,
      difference: largestDifference(merged, loaded.merged),
      limit: SAVED_LIMIT,
      note,
    },
    { name: `${label}: merged and apart here`, difference: largestDifference(merged, apart), limit: SAVED_LIMIT, note },
    {
      name: `${label}: our training and PEFT's`,
      difference: largestDifference(loaded.apart, scores(place('peft')).apart),
      limit: TRAINED_LIMIT,
      note,
    },
  ];
}

async function main(): Promise<void> {
  const absent = missing();
  if (absent !== undefined) {
    console.log(`skipped: ${absent}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tsarank-lora-'));
  try {
    process.exitCode = (await compare(folder)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
