import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIdsOf } from '../parity/compare-records';

/** Changes one byte in the middle of a file. */
export function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(file, bytes);
}

/** Records of done runs. */
export function doneRecords(runs: string): string[] {
  return runIdsOf(runs)
    .map((runId) => join(runs, runId, 'record.json'))
    .filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes('"status": "done"'));
}

/** The weights of the latest checkpoint of some unfinished run; undefined where there is none. */
export function someCheckpoint(runs: string): { runId: string; file: string } | undefined {
  for (const runId of runIdsOf(runs)) {
    const folder = join(runs, runId, 'checkpoint');
    if (existsSync(join(runs, runId, 'record.json')) || !existsSync(folder)) continue;
    const latest = readdirSync(folder)
      .filter((name) => /^step-\d+$/.test(name))
      .sort()
      .at(-1);
    const file = latest && join(folder, latest, 'tensors.safetensors');
    if (file && existsSync(file)) return { runId, file };
  }
  return undefined;
}
