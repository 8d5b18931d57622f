/**
 * Compares the records of two folders of runs, timings aside: byte for byte, run by run.
 *
 *   npx tsx tools/parity/same-records.ts RUNS OTHER_RUNS
 *
 * Stage-one models are compared too. Exits with 1 if anything differs or is on one side alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [first, second] = process.argv.slice(2);
if (first === undefined || second === undefined) throw new Error('two folders of runs are needed');

/** What a run left behind, as text or bytes; undefined where it left nothing. */
function record(runs: string, runId: string): string | undefined {
  const file = join(runs, runId, 'record.json');
  if (!existsSync(file)) return undefined;
  return JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), timings: undefined });
}

function weights(runs: string, runId: string): Buffer | undefined {
  const file = join(runs, runId, 'model', 'model.safetensors');
  return existsSync(file) ? readFileSync(file) : undefined;
}

const runIds = [...new Set([first, second].flatMap((runs) => readdirSync(runs)))].filter((name) => /^[0-9a-f]{16}$/.test(name));
const different = runIds.filter((runId) => {
  const [ours, theirs] = [weights(first, runId), weights(second, runId)];
  const sameWeights = ours === undefined || theirs === undefined ? ours === theirs : ours.equals(theirs);
  return !sameWeights || record(first, runId) !== record(second, runId);
});
process.stdout.write(`${runIds.length} runs, ${different.length} differ${different.length > 0 ? `: ${different.join(', ')}` : ''}\n`);
process.exitCode = different.length > 0 || runIds.length === 0 ? 1 : 0;
