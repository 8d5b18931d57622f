/**
 * A checkpoint of BLOOM-560M's sizes with random weights: how long it takes to load, the most memory that takes, how fast pairs
 * are scored; and the same for PyTorch, in the same run.
 *
 *   npx tsx tools/bench/large-checkpoint.ts --folder /tmp/bloom-560m --python .venv/bin/python
 *       [--pairs 64] [--document 60] [--query 10] [--rounds 3] [--threads 2] [--layers 24] [--hidden 1024] [--heads 16] [--vocabulary 250880]
 *
 * The checkpoint (2.24 GB) is made where the folder has none. Without --python there is no peer. Needs Linux, for the memory.
 * Exits with 1 where loading takes more than 1.2 times the weights, or a score differs by more than 1e-3.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pairEncoder } from '@tsarank/data';
import { Random } from '@tsarank/random';
import { loadTokenizer } from '@tsarank/tokenizer';
import { makeCheckpoint } from './large-checkpoint/make-checkpoint';

const MOST_MEMORY = 1.2;
const MOST_DIFFERENCE = 1e-3;
const WORDS = 'the of cat sat mat document what lines and leading naive world hello quotes combining'.split(' ');

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    python: { type: 'string' },
    pairs: { type: 'string', default: '64' },
    document: { type: 'string', default: '60' },
    query: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(cpus().length) },
    layers: { type: 'string', default: '24' },
    hidden: { type: 'string', default: '1024' },
    heads: { type: 'string', default: '16' },
    vocabulary: { type: 'string', default: '250880' },
  },
});

interface Measured {
  loadSeconds: number;
  /** Bytes above what the engine holds before. */
  peak: number;
  weightBytes: number;
  seconds: number[];
  scores: number[];
}

interface Peer extends Omit<Measured, 'seconds' | 'weightBytes'> {
  seconds: { all: number[]; query: number[] };
}

function main(folder: string): void {
  const { layers, hidden, heads, vocabulary, threads, rounds } = values;
  makeCheckpoint(folder, {
    layers: Number(layers),
    hidden: Number(hidden),
    heads: Number(heads),
    vocabulary: Number(vocabulary),
  });
  const scratch = mkdtempSync(path.join(tmpdir(), 'large-checkpoint-'));
  try {
    const pairs = path.join(scratch, 'pairs.json');
    const ids = path.join(scratch, 'ids.json');
    const encode = pairEncoder(loadTokenizer(folder), {});
    const made = makePairs(folder);
    writeFileSync(pairs, JSON.stringify(made));
    writeFileSync(ids, JSON.stringify(made.map(encode)));
    const measure = (engine: string, ...more: string[]): Measured =>
      json(process.execPath, [
        '--import',
        'tsx',
        path.join(__dirname, 'large-checkpoint/measure.ts'),
        folder,
        engine,
        threads,
        rounds,
        ...more,
      ]);
    const ours = measure('tensorflow', pairs);
    print(`tensorflow: ${loading(ours, ours.weightBytes)}; ${speed(ours.seconds)}`);
    const wasm = measure('wasm');
    print(`wasm: ${loading(wasm, wasm.weightBytes)}`);
    const worst = Math.max(ours.peak / ours.weightBytes, wasm.peak / wasm.weightBytes);
    let difference = 0;
    if (values.python) {
      const peer: Peer = json(values.python, [
        path.join(__dirname, 'large-checkpoint/peer.py'),
        folder,
        ids,
        threads,
        rounds,
      ]);
      difference = Math.max(...peer.scores.map((score, index) => Math.abs(score - ours.scores[index]!)));
      print(
        `PyTorch: ${loading(peer, ours.weightBytes)}; logits of all rows ${speed(peer.seconds.all)}, of the query's ${speed(peer.seconds.query)}`,
      );
      const ratio = (theirs: number[]) => (median(theirs) / median(ours.seconds)).toFixed(2);
      print(
        `ours to PyTorch's: ${ratio(peer.seconds.all)} times (all rows), ${ratio(peer.seconds.query)} times (the query's); largest difference ${difference.toExponential(1)}`,
      );
    }
    process.exitCode = worst <= MOST_MEMORY && difference <= MOST_DIFFERENCE ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Texts of so many tokens, or one or two more. */
function makePairs(folder: string): { query: string; document: string }[] {
  const random = Random.fromSeed('large checkpoint', 'pairs');
  const tokenizer = loadTokenizer(folder);
  const text = (tokens: number): string => {
    let words = '';
    while (tokenizer.encode(words).length < tokens)
      words += `${words === '' ? '' : ' '}${WORDS[random.nextInt(WORDS.length)]!}`;
    return words;
  };
  return Array.from({ length: Number(values.pairs) }, () => ({
    query: text(Number(values.query)),
    document: text(Number(values.document)),
  }));
}

function loading({ loadSeconds, peak }: { loadSeconds: number; peak: number }, weightBytes: number): string {
  return `loaded in ${loadSeconds.toFixed(1)} s, at most ${(peak / weightBytes).toFixed(3)} times the ${(weightBytes / 1e9).toFixed(2)} GB of its weights`;
}

function speed(seconds: number[]): string {
  return `${(Number(values.pairs) / median(seconds)).toFixed(2)} pairs/s (${seconds.map((each) => each.toFixed(1)).join(', ')} s)`;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function json<T>(command: string, parts: string[]): T {
  const { status, stdout, stderr } = spawnSync(command, parts, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${command} ${parts.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (!values.folder) throw new Error('--folder: where the checkpoint is, or is to be made');
main(path.resolve(values.folder));
