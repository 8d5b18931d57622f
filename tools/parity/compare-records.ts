import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids of the runs that either folder of all runs has. */
export function runIdsOf(...folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) => readdirSync(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  return [...new Set(names)].sort();
}

/** Runs whose records (timings and hash aside) or stage-one weights are not byte for byte the same in both folders. */
export function differingRuns(first: string, second: string): string[] {
  return runIdsOf(first, second).filter((runId) => {
    const [ours, theirs] = [weights(first, runId), weights(second, runId)];
    const sameWeights = ours === undefined || theirs === undefined ? ours === theirs : ours.equals(theirs);
    return !sameWeights || record(first, runId) !== record(second, runId);
  });
}

/** What a run left behind, as text; undefined where it left nothing. */
function record(runs: string, runId: string): string | undefined {
  const file = join(runs, runId, 'record.json');
  if (!existsSync(file)) return undefined;
  // The hash is that of the whole record, timings and all.
  return JSON.stringify({
    ...(JSON.parse(readFileSync(file, 'utf8')) as object),
    timings: undefined,
    sha256: undefined,
  });
}

function weights(runs: string, runId: string): Buffer | undefined {
  const file = join(runs, runId, 'model', 'model.safetensors');
  return existsSync(file) ? readFileSync(file) : undefined;
}
