/**
 * Scores the default sweep's test pairs with one model on both engines and compares the scores.
 *
 *   npx tsx tools/parity/engine-agreement.ts [--model tiny] [--limit 1e-3]
 *
 * Needs the TensorFlow engine (npx nx run native). The model is `tiny`, or a folder such as a run's `model/`. Exits
 * with 1 if a score differs by more than the limit.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { tiny } from '@tsarank/config';
import { documentText, resolveCollection } from '@tsarank/data';
import { buildBm25Index, searchQueries } from '@tsarank/ranking';
import { formatCheck, largestDifference } from './check';
import { readLines, writeLines } from './inputs';

const { values } = parseArgs({
  options: { model: { type: 'string', default: 'tiny' }, limit: { type: 'string', default: '1e-3' } },
});
const command = resolve(__dirname, '../../apps/tsarank/bin/tsarank.mjs');
const folder = mkdtempSync(join(tmpdir(), 'tsarank-engines-'));
const { collection: name, split, candidates } = tiny.data;
const { maxDocumentTokens, maxQueryTokens } = tiny.text;

/** Every query of the split with each of its candidates. */
function testPairs(): { query: string; document: string }[] {
  const collection = resolveCollection(name);
  const asked = [...collection.qrels.get(split)!.keys()].map((id) => [id, collection.queries.get(id)!] as const);
  const lists = searchQueries(buildBm25Index(collection.documents), new Map(asked), candidates);
  return [...lists].flatMap(([queryId, list]) =>
    list.map(({ docId }) => ({
      query: collection.queries.get(queryId)!,
      document: documentText(collection.documents.get(docId)!),
    })),
  );
}

function scoresOn(engine: string, pairs: string): number[] {
  const out = join(folder, `${engine}.jsonl`);
  const limits = ['--max-document-tokens', `${maxDocumentTokens}`, '--max-query-tokens', `${maxQueryTokens}`];
  const files = ['--model', values.model, '--pairs', pairs, '--out', out];
  const { status } = spawnSync(process.execPath, [command, 'score', ...files, ...limits, '--engine', engine], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`scoring on ${engine} ended with ${status}`);
  return readLines<{ score: number }>(out).map(({ score }) => score);
}

try {
  const pairs = writeLines(join(folder, 'pairs.jsonl'), testPairs());
  const [wasm, tensorflow] = ['wasm', 'tensorflow'].map((engine) => scoresOn(engine, pairs)) as [number[], number[]];
  const difference = largestDifference(wasm, tensorflow);
  const check = {
    name: 'scores on wasm and tensorflow',
    difference,
    limit: Number(values.limit),
    note: `${wasm.length} pairs`,
  };
  process.stdout.write(`${formatCheck(check)}\n`);
  process.exitCode = difference <= check.limit ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
