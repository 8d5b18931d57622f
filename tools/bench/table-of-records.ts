/**
 * Makes many records in a temporary folder and prints how long the table takes: reading them, summarizing, each format;
 * beside it the time of a peer that only parses the same files as JSON.
 *
 *   npx tsx tools/bench/table-of-records.ts [--records 1000] [--queries 200]
 *
 * Out of domain a record has a quarter of the queries, as the default ablation's have.
 *
 * Exits with 1 if reading, summarizing and the Markdown table together take 2 s or more.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { defineAblation, expandAblation, levels, summarize, type PlannedRun } from '@tsarank/ablation';
import { quick, type RunRecord } from '@tsarank/config';
import { Random } from '@tsarank/random';
import { toCsv, toHtml, toJson, toLatex, toMarkdown } from '@tsarank/report';
import { readRecords, runFolder, writeRecord } from '@tsarank/runs';

const { values: given } = parseArgs({
  options: { records: { type: 'string', default: '1000' }, queries: { type: 'string', default: '200' } },
});
const LIMIT_MS = 2000;
const SEEDS = 10;
const MEASURES = ['nDCG@10', 'RR@10'];

function plannedSweep(runs: number) {
  const rates = Array.from({ length: Math.ceil(runs / SEEDS) - 1 }, (_, at) => (at + 1) / 1e5);
  const spec = defineAblation({
    name: 'many',
    question: 'How long does a table take?',
    base: { ...quick, pretrain: null },
    variants: { recipe: {}, ...levels('rate', rates, (learningRate) => ({ finetune: { learningRate } })) },
    baseline: 'recipe',
    seeds: Array.from({ length: SEEDS }, (_, seed) => seed),
    measures: ['nDCG@10', 'RR@10'],
  });
  return expandAblation(spec, { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
}

function recordOf({ runId, kind, config, behaviourVersion, dataHashes }: PlannedRun, queries: number): RunRecord {
  const random = Random.fromSeed(runId);
  const values = (length: number) =>
    Object.fromEntries(Array.from({ length }, (_, at) => [`CVE-2020-${at}`, random.nextFloat()]));
  const collection = (length: number) => Object.fromEntries(MEASURES.map((measure) => [measure, values(length)]));
  const system = () => ({ inDomain: collection(queries), outOfDomain: collection(Math.ceil(queries / 4)) });
  const result = {
    systems: { model: system(), fused: system(), bm25: system() },
    perplexity: { positives: 20, heldOut: 30 },
    losses: {},
  };
  return {
    runId,
    kind,
    status: 'done',
    config,
    behaviourVersion,
    dataHashes: { ...dataHashes },
    versions: {},
    result,
    timings: { total: 60 },
  };
}

interface Cost {
  /** By the clock, and of the processors, in milliseconds: on a busy machine the two differ. */
  wall: number;
  processor: number;
}

function timed<T>(work: () => T): [Cost, T] {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return [{ wall: performance.now() - start, processor: (user + system) / 1000 }, value];
}

const together = (...costs: Cost[]): Cost =>
  costs.reduce((sum, cost) => ({ wall: sum.wall + cost.wall, processor: sum.processor + cost.processor }));

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'tsarank-table-'));
  try {
    const plan = plannedSweep(Number(given.records));
    for (const run of plan.runs) writeRecord(folder, recordOf(run, Number(given.queries)));
    const files = readdirSync(folder).map((runId) => runFolder(folder, runId).record);
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    const [peer] = timed(() => files.forEach((file) => JSON.parse(readFileSync(file, 'utf8'))));
    const [reading, records] = timed(() => readRecords(folder));
    const [summarizing, table] = timed(() => summarize(plan, records, { command: 'npx nx run ablate' }));
    const [markdown] = timed(() => toMarkdown(table));
    const formats = {
      CSV: timed(() => toCsv(table))[0],
      JSON: timed(() => toJson(table))[0],
      LaTeX: timed(() => toLatex(table))[0],
      'HTML page': timed(() => toHtml({ table, records: [...records.values()] }))[0],
    };
    const total = together(reading, summarizing, markdown);
    const line = (name: string, { wall, processor }: Cost): void => {
      const ratio = (processor / peer.processor).toFixed(2);
      console.log(
        `${name.padEnd(24)} ${wall.toFixed(0).padStart(7)} ms, processors ${processor.toFixed(0).padStart(6)} ms: ${ratio.padStart(6)} x the peer`,
      );
    };
    console.log(
      `${records.size} records of ${given.queries} queries, ${(bytes / 1e6).toFixed(1)} MB, ${table.rows.length} rows`,
    );
    line('peer: JSON.parse alone', peer);
    line('reading', reading);
    line('summarizing', summarizing);
    line('Markdown', markdown);
    line('the table (those three)', total);
    for (const [name, cost] of Object.entries(formats)) line(name, cost);
    if (total.wall >= LIMIT_MS || records.size !== plan.runs.length) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
