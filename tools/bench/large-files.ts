/**
 * Memory that reading large files takes: a corpus of which some documents are asked for, plain and as gzip, and a file of groups
 * that is gone through. The files are made in a temporary folder and deleted afterwards.
 *
 *   npx tsx tools/bench/large-files.ts [--corpus-megabytes 1500] [--groups-megabytes 700] [--wanted 1000]
 *
 * Exits with 1 if reading one of them takes 400 MB or more, beyond what is asked for.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { corpusDocuments, rankingGroups, readCorpusDocuments } from '@tsarank/data';
import { Random } from '@tsarank/random';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'corpus-megabytes': { type: 'string', default: '1500' },
    'groups-megabytes': { type: 'string', default: '700' },
    wanted: { type: 'string', default: '1000' },
  },
});
const MOST_MB = 400;
const WORDS = 'the quick: brown "fox" jumps \\ over a lazy dog and on into the naïve night'.split(' ');
const random = Random.fromSeed('large files');
const text = (words: number): string =>
  Array.from({ length: words }, () => WORDS[random.nextInt(WORDS.length)]).join(' ');

/** Each reading has a process of its own, so that its peak is its own: the system counts it. */
const READINGS: Readonly<Record<string, (file: string, wanted: number) => number>> = {
  'documents asked for': (file, wanted) => {
    const ids = Array.from({ length: wanted }, (_, index) => `d${1000 * index}`);
    return readCorpusDocuments(file, { wanted: new Set(ids) }).size;
  },
  'every document': (file) => count(corpusDocuments(file)),
  'every group': (file) => count(rankingGroups(file)),
};

function count(items: Iterable<unknown>): number {
  let number = 0;
  for (const item of items) number += item === undefined ? 0 : 1;
  return number;
}

/** Lines, made a thousand at a time, until they have so many bytes; says how many. */
function makeLines(file: string, bytes: number, line: (index: number) => unknown): number {
  const handle = openSync(file, 'w');
  let lines = 0;
  for (let written = 0; written < bytes;) {
    const block = Array.from({ length: 1000 }, () => `${JSON.stringify(line(lines++))}\n`);
    written += writeSync(handle, block.join(''));
  }
  closeSync(handle);
  return lines;
}

function measure(reading: string, file: string, wanted: number): void {
  const args = [require.resolve('tsx/cli'), resolve(__filename), 'read', reading, file, '--wanted', `${wanted}`];
  const { items, peak, before, ms } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures;
  const size = Math.round(statSync(file).size / 1e6);
  const growth = Math.round((peak - before) / 1000);
  console.log(
    `${reading}: ${size} MB of ${file.split('/').at(-1)}, ${items} items in ${Math.round(ms)} ms, ${growth} MB more memory`,
  );
  if (growth >= MOST_MB) process.exitCode = 1;
}

interface Figures {
  items: number;
  /** In kilobytes, as the system counts. */
  before: number;
  peak: number;
  ms: number;
}

if (positionals[0] === 'read') {
  const before = process.resourceUsage().maxRSS;
  const start = performance.now();
  const items = READINGS[positionals[1]!]!(positionals[2]!, Number(values.wanted));
  const figures: Figures = { items, before, peak: process.resourceUsage().maxRSS, ms: performance.now() - start };
  console.log(JSON.stringify(figures));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'large-files-'));
  try {
    const corpus = join(folder, 'corpus.jsonl');
    const documents = makeLines(corpus, Number(values['corpus-megabytes']) * 1e6, (index) => ({
      _id: `d${index}`,
      title: `Title ${index}`,
      text: text(60),
    }));
    const wanted = Math.min(Number(values.wanted), Math.floor((documents - 1) / 1000) + 1);
    measure('documents asked for', corpus, wanted);
    measure('every document', corpus, wanted);
    execFileSync('gzip', ['-1', corpus]);
    measure('documents asked for', `${corpus}.gz`, wanted);
    rmSync(`${corpus}.gz`);
    const groups = join(folder, 'groups.jsonl');
    makeLines(groups, Number(values['groups-megabytes']) * 1e6, (index) => ({
      query: `query ${index}`,
      pos: [text(60)],
      neg: Array.from({ length: 15 }, () => text(60)),
    }));
    measure('every group', groups, wanted);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
