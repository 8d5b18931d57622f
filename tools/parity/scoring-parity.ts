/**
 * Holds the commands that score, search and evaluate against the reference in PyTorch and against published figures,
 * on a real model and real data (training-parity.ts does so for training).
 *
 *   npx tsx tools/parity/scoring-parity.ts --model DIR [--gguf FILE] [--shared ../shared] [--python python3]
 *       [--engine tensorflow] [--groups 10] [--pairs N] [--only score,gguf,saved,trec-eval,nfcorpus,dl19]
 *
 * Prints one line a figure; exit code 1 if any is beyond its limit. README.md says what is needed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCheck, largestDifference } from './check';
import type { Check } from './check';
import { makeDl19, makeInputs, readLines, writeLines } from './inputs';

const root = resolve(__dirname, '../..');
const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    gguf: { type: 'string' },
    shared: { type: 'string', default: join(root, '../shared') },
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: 'auto' },
    groups: { type: 'string', default: '10' },
    pairs: { type: 'string' },
    only: { type: 'string' },
  },
});
const shared = resolve(values.shared);
const peer = join(shared, 'peer/peer.py');
if (!existsSync(peer)) throw new Error(`${peer} is not there; --shared names the folder with peer/ and data/`);
const folder = mkdtempSync(join(tmpdir(), 'tsarank-parity-'));
const at = (name: string): string => join(folder, name);
const inputs = makeInputs(shared, folder, { groups: Number(values.groups), pairs: Number(values.pairs ?? Infinity) });
const LIMITS = ['--max-document-tokens', '128', '--max-query-tokens', '32'];

interface Scored {
  score: number;
}

/** Runs a program and returns its standard output; its own messages pass through. */
function run(program: string, args: readonly string[]): string {
  const started = performance.now();
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  process.stderr.write(`  ${((performance.now() - started) / 1000).toFixed(0)} s: ${args.slice(0, 2).join(' ')}\n`);
  return stdout;
}
const tsarank = (...args: string[]): string =>
  run(process.execPath, [join(root, 'apps/tsarank/bin/tsarank.mjs'), ...args]);
const withEngine = (...args: string[]): string => tsarank(...args, '--engine', values.engine);
const python = (...args: string[]): string => run(values.python, [peer, ...args]);

function model(): string {
  if (values.model === undefined) throw new Error('--model names a Hugging Face folder');
  return values.model;
}

function scoresOf(file: string): number[] {
  return readLines<Scored>(file).map(({ score }) => score);
}

let peerScores: number[] | undefined;
function peerScoresOfPairs(): number[] {
  if (peerScores === undefined) {
    python('score', '--model', model(), '--pairs', inputs.pairs, '--out', at('peer.jsonl'), '--head', 'query');
    peerScores = scoresOf(at('peer.jsonl'));
  }
  return peerScores;
}

function scoring(name: string, path: string): Check[] {
  withEngine('score', '--model', path, '--pairs', inputs.pairs, '--out', at('ours.jsonl'), ...LIMITS);
  const ours = scoresOf(at('ours.jsonl'));
  return [
    {
      name,
      difference: largestDifference(ours, peerScoresOfPairs()),
      limit: 1e-4,
      note: `${ours.length} pairs`,
    },
  ];
}

/** The folder that fine-tuning saved, scored by both. */
function savedFolder(): Check[] {
  const saved = at('finetuned');
  const training = ['--top-layers', '4', '--order', 'given', '--schedule', 'constant', '--steps', '2'];
  withEngine('finetune', '--model', model(), '--groups', inputs.groups, '--out', saved, ...training);
  const pairs = writeLines(at('few.jsonl'), readLines<object>(inputs.pairs).slice(0, 40));
  withEngine('score', '--model', saved, '--pairs', pairs, '--out', at('saved.jsonl'), ...LIMITS);
  python('score', '--model', saved, '--pairs', pairs, '--out', at('saved-peer.jsonl'), '--head', 'query');
  const difference = largestDifference(scoresOf(at('saved.jsonl')), scoresOf(at('saved-peer.jsonl')));
  return [{ name: 'saved folder read by transformers', difference, limit: 1e-4, note: '40 pairs' }];
}

function meanOf(qrels: string, trec: string, measure: string): number {
  const text = tsarank('evaluate', '--qrels', qrels, '--run', trec, '-m', measure, '--json');
  return (JSON.parse(text) as { all: Record<string, number> }).all[measure]!;
}

function trecEval(): Check[] {
  const files = join(shared, 'data/trec-eval');
  const lines = (text: string): Map<string, string> =>
    new Map(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/))
        .map(([name, , value]) => [name!, value!]),
    );
  const ours = lines(tsarank('evaluate', '--qrels', join(files, 'qrels.test'), '--run', join(files, 'results.test')));
  const theirs = lines(readFileSync(join(files, 'out.test'), 'utf8'));
  theirs.delete('runid');
  const different = [...theirs].filter(([name, value]) => ours.get(name) !== value).map(([name]) => name);
  return [
    {
      name: 'trec_eval out.test, lines that differ',
      difference: different.length,
      limit: 0,
      note: `of ${theirs.size}${different.length > 0 ? `: ${different.join(', ')}` : ''}`,
    },
  ];
}

function nfcorpus(): Check[] {
  const data = join(shared, 'data/nfcorpus');
  const [corpus, queries, qrels] = [
    join(data, 'corpus.jsonl'),
    join(data, 'queries.jsonl'),
    join(data, 'qrels/test.tsv'),
  ];
  tsarank('search', '--corpus', corpus, '--queries', queries, '--k', '1000', '--out', at('nfcorpus.trec'));
  const published: [string, number, number][] = [
    ['nDCG@10', 0.3218, 0.003],
    ['R@100', 0.2457, 0.002],
    ['R@1000', 0.3704, 0.002],
  ];
  return published.map(([measure, value, limit]) => {
    const ours = meanOf(qrels, at('nfcorpus.trec'), measure);
    const note = `${ours.toFixed(4)}, Anserini ${value}`;
    return { name: `NFCorpus BM25 ${measure}`, difference: Math.abs(ours - value), limit, note };
  });
}

/** Zero-shot on TREC DL 2019: our run against the same candidates scored by the peer. */
function dl19(): Check[] {
  const { corpus, queries, run: bm25, qrels } = makeDl19(shared, folder);
  const texts = ['--corpus', corpus, '--queries', queries];
  withEngine('rerank', '--model', model(), '--run', bm25, ...texts, '--out', at('dl19-ours.trec'), ...LIMITS);
  const documents = new Map(readLines<{ _id: string; text: string }>(corpus).map(({ _id, text }) => [_id, text]));
  const asked = new Map(readLines<{ _id: string; text: string }>(queries).map(({ _id, text }) => [_id, text]));
  const pairs = readFileSync(bm25, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [query_id, , docid] = line.split(' ') as [string, string, string];
      return { query_id, docid, query: asked.get(query_id)!, document: documents.get(docid)! };
    })
    // The peer pads a batch to its longest member.
    .sort((a, b) => a.document.length - b.document.length);
  const file = writeLines(at('dl19-pairs.jsonl'), pairs);
  python('score', '--model', model(), '--pairs', file, '--out', at('dl19-peer.jsonl'), '--head', 'query');
  const scored = readLines<{ query_id: string; docid: string; score: number }>(at('dl19-peer.jsonl'));
  writeTrec(at('dl19-peer.trec'), scored);
  const ours = meanOf(qrels, at('dl19-ours.trec'), 'nDCG@10');
  const theirs = meanOf(qrels, at('dl19-peer.trec'), 'nDCG@10');
  const note = `${ours.toFixed(4)}, peer ${theirs.toFixed(4)}, BM25 ${meanOf(qrels, bm25, 'nDCG@10').toFixed(4)}`;
  return [{ name: 'TREC DL19 zero-shot nDCG@10', difference: Math.abs(ours - theirs), limit: 0.002, note }];
}

function writeTrec(file: string, scored: readonly { query_id: string; docid: string; score: number }[]): void {
  writeFileSync(file, scored.map(({ query_id, docid, score }) => `${query_id} Q0 ${docid} 1 ${score} peer\n`).join(''));
}

const parts: Record<string, () => Check[]> = {
  score: () => scoring('score', model()),
  gguf: () => (values.gguf === undefined ? [] : scoring('score from GGUF', values.gguf)),
  saved: savedFolder,
  'trec-eval': trecEval,
  nfcorpus,
  dl19,
};
const chosen = values.only?.split(',') ?? Object.keys(parts);
try {
  let failed = false;
  for (const name of chosen) {
    const part = parts[name];
    if (part === undefined) throw new Error(`--only ${name}: expected ${Object.keys(parts).join(', ')}`);
    for (const check of part()) {
      process.stdout.write(`${formatCheck(check)}\n`);
      failed ||= !(check.difference <= check.limit);
    }
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
