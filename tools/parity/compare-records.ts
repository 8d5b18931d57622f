import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids of the runs that either folder of all runs has. */
export function runIdsOf(...folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) => readdirSync(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  return [...new Set(names)].sort();
}

/** Beside its record: the weights of a run that trains, the ranking of one that scores. */
const LEFT_BEHIND = ['model/model.safetensors', 'ranking.jsonl.gz'];

/** Runs whose records (timings and hash aside), weights or rankings are not byte for byte the same in both folders. */
export function differingRuns(first: string, second: string): string[] {
  return runIdsOf(first, second).filter((runId) => {
    const isSame = (name: string): boolean => {
      const [ours, theirs] = [first, second].map((runs) => bytesOf(join(runs, runId, name)));
      return ours === undefined || theirs === undefined ? ours === theirs : ours.equals(theirs);
    };
    return !LEFT_BEHIND.every(isSame) || record(first, runId) !== record(second, runId);
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

function bytesOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
