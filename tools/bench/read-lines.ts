/**
 * Times the reader of JSON lines, with its checks (UTF-8, keys given twice), beside a plain reading of the whole file
 * that splits it and calls JSON.parse; and the memory that reading a file line by line takes.
 *
 *   npx tsx tools/bench/read-lines.ts [--megabytes 100]
 *
 * Exits with 1 if the reader takes more than 1.3 times as long, or if reading takes 400 MB or more.
 */
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { jsonLines, readJsonLines } from '@tsarank/io';
import { Random } from '@tsarank/random';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '100' } } });
const bytes = Number(values.megabytes) * 1e6;
/** Larger files can't be read whole, so that there is nothing to compare with. */
const COMPARED_BYTES = 400e6;
const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), 'read-lines-'));
const random = Random.fromSeed('read lines');
const WORDS = 'the quick: brown "fox" jumps \\ over a lazy dog and on into the night'.split(' ');

function makeCorpus(name: string, extra: string): string {
  const file = join(folder, name);
  const handle = openSync(file, 'w');
  for (let written = 0, id = 0; written < bytes;) {
    const lines = Array.from({ length: 1000 }, () => {
      const text = Array.from({ length: 60 }, () => WORDS[random.nextInt(WORDS.length)]).join(' ');
      return `${JSON.stringify({ _id: `d${(id += 1)}`, title: `Title ${id}`, text: text + extra })}\n`;
    });
    written += writeSync(handle, lines.join(''));
  }
  return file;
}

function plainLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const middle = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;

try {
  for (const [name, extra] of [
    ['ASCII', ''],
    ['beyond', ' naïve 日本'],
  ] as const) {
    const file = makeCorpus(name, extra);
    const before = process.memoryUsage.rss();
    let most = before;
    const time = timed(() => {
      for (const { line } of jsonLines(file)) if (line % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss());
    });
    const growth = Math.round((most - before) / 1e6);
    console.log(`${name}: ${bytes / 1e6} MB line by line in ${Math.round(time)} ms, ${growth} MB more memory`);
    if (growth >= 400) process.exitCode = 1;
    if (bytes > COMPARED_BYTES) continue;
    const times = Array.from({ length: ROUNDS }, () => [
      timed(() => plainLines(file)),
      timed(() => readJsonLines(file)),
    ]);
    const ratio = middle(times.map(([, ours]) => ours!)) / middle(times.map(([plain]) => plain!));
    console.log(`${name}: ratio to JSON.parse alone ${ratio.toFixed(2)}`);
    if (ratio > 1.3) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
