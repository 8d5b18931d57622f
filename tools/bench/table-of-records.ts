/**
 * Makes many runs with rankings in a temporary folder and prints how long the table takes: reading records, measuring the
 * rankings, summarizing, each format; beside it the time of a peer that only parses the records as JSON.
 *
 *   npx tsx tools/bench/table-of-records.ts [--records 1000] [--queries 200]
 *
 * Exits with 1 if reading, measuring, summarizing and the Markdown table together take 2 s or more.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { defineAblation, expandAblation, levels, summarize, type PlannedRun } from '@tsarank/ablation';
import { quick, tiny, type RunResult } from '@tsarank/config';
import { Random } from '@tsarank/random';
import { toCsv, toHtml, toJson, toLatex, toMarkdown } from '@tsarank/report';
import { measuredRuns, preparedSet, readRecords, runFolder, writeRanking, writeRecord } from '@tsarank/runs';

const { values: given } = parseArgs({
  options: { records: { type: 'string', default: '1000' }, queries: { type: 'string', default: '200' } },
});
const LIMIT_MS = 2000;
const SEEDS = 10;

function plannedSweep(runs: number) {
  const rates = Array.from({ length: Math.ceil(runs / SEEDS) - 1 }, (_, at) => (at + 1) / 1e5);
  const spec = defineAblation({
    name: 'many',
    question: 'How long does a table take?',
    base: { ...quick, pretrain: null, data: { ...tiny.data, testQueries: Number(given.queries), outOfDomain: null } },
    variants: { recipe: {}, ...levels('rate', rates, (learningRate) => ({ finetune: { learningRate } })) },
    baseline: 'recipe',
    seeds: Array.from({ length: SEEDS }, (_, seed) => seed),
    measures: ['nDCG@10', 'RR@10'],
  });
  return expandAblation(spec, { hashesOf: () => ({ model: 'm' }), engine: 'cpu' });
}

/** Leaves what a run would: a record, and of scores a ranking in an order of its own. */
async function leaveResult(folder: string, run: PlannedRun): Promise<void> {
  const { runId, kind, config, behaviourVersion, dataHashes, set } = run;
  const result: RunResult = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
  if (set) {
    const random = Random.fromSeed(runId);
    const { candidates } = await preparedSet(folder, set);
    const lists = [...candidates].map(([query, list]) => {
      const scored = list.map(({ docId }) => ({ docId, score: -random.nextFloat() })).sort((a, b) => b.score - a.score);
      return { query, documents: scored.map(({ docId }) => docId), scores: scored.map(({ score }) => score) };
    });
    const sha256 = writeRanking(runFolder(folder, runId).ranking, lists);
    result.ranking = { sha256, queries: lists.length, pairs: lists.length * set.depth, reused: 0 };
  }
  writeRecord(folder, {
    ...{ runId, kind, status: 'done', config, behaviourVersion, dataHashes: { ...dataHashes } },
    ...(set ? { set: set.name } : {}),
    ...{ versions: {}, result, timings: { total: 60 } },
  });
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

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tsarank-table-'));
  try {
    const plan = plannedSweep(Number(given.records));
    for (const run of plan.runs) await leaveResult(folder, run);
    const files = plan.runs.map(({ runId }) => runFolder(folder, runId).record);
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    const [peer] = timed(() => files.forEach((file) => JSON.parse(readFileSync(file, 'utf8'))));
    const [reading, records] = timed(() => readRecords(folder));
    const [measuring, measured] = timed(() => measuredRuns(plan, records, folder));
    const [summarizing, table] = timed(() => summarize(plan, measured, { command: 'npx nx run ablate', records }));
    const [markdown] = timed(() => toMarkdown(table));
    const formats = {
      CSV: timed(() => toCsv(table))[0],
      JSON: timed(() => toJson(table))[0],
      LaTeX: timed(() => toLatex(table))[0],
      'HTML page': timed(() => toHtml({ table, records: [...measured.values()] }))[0],
    };
    const total = together(reading, measuring, summarizing, markdown);
    const line = (name: string, { wall, processor }: Cost): void => {
      const ratio = (processor / peer.processor).toFixed(2);
      console.log(
        `${name.padEnd(24)} ${wall.toFixed(0).padStart(7)} ms, processors ${processor.toFixed(0).padStart(6)} ms: ${ratio.padStart(6)} x the peer`,
      );
    };
    console.log(
      `${plan.cells.length} variants and seeds of ${given.queries} queries, ${records.size} records, ${(bytes / 1e6).toFixed(1)} MB, ${table.rows.length} rows`,
    );
    line('peer: JSON.parse alone', peer);
    line('reading', reading);
    line('measuring rankings', measuring);
    line('summarizing', summarizing);
    line('Markdown', markdown);
    line('the table (those four)', total);
    for (const [name, cost] of Object.entries(formats)) line(name, cost);
    if (total.wall >= LIMIT_MS || records.size !== plan.runs.length) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
