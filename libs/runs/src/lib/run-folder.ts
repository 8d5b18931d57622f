import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseRunRecord, type RunRecord } from '@tsarank/config';
import { canonicalJson, InputError, readText, sha256, writeFileAtomic } from '@tsarank/io';
import type { PlannedRun } from '@tsarank/ablation';
import type { TrackingRequest } from './tracking/tracked-run';

/** Where a run keeps its files. */
export interface RunFolder {
  folder: string;
  /** Written last; its presence is what makes a run done or failed. */
  record: string;
  /** What was asked for. */
  planned: string;
  /** What the process printed. */
  log: string;
  /** One line a training step. */
  losses: string;
  /** How far its process is, for whoever watches. */
  progress: string;
  /** One line for each time it was tried. */
  attempts: string;
  /** What its executor calls it, for a later runner to find it again. */
  job: string;
  /** W&B's logs, one folder for each attempt. */
  wandb: string;
  checkpoint: string;
  /** Of a run that trains: its model as a Hugging Face folder. */
  model: string;
  /** Of a scoring run: its pairs' scores, chunk by chunk, and the runs that it takes scores from. */
  scores: string;
  reuse: string;
  /** Of a scoring run: the full ranking. */
  ranking: string;
}

const RUN_ID = /^[0-9a-f]{16}$/;

/**
 * A run's files under the folder of all runs.
 *
 * @throws {InputError} for what is no run id: from a queue or a file it could lead anywhere.
 */
export function runFolder(runsDir: string, runId: string): RunFolder {
  if (typeof runId !== 'string' || !RUN_ID.test(runId)) {
    throw new InputError({
      field: 'runId',
      found: JSON.stringify(runId) ?? 'nothing',
      expected: '16 hexadecimal digits',
    });
  }
  const folder = path.join(runsDir, runId);
  const at = (name: string): string => path.join(folder, name);
  return {
    folder,
    record: at('record.json'),
    planned: at('planned.json'),
    log: at('log.txt'),
    losses: at('losses.jsonl'),
    progress: at('progress.json'),
    attempts: at('attempts.jsonl'),
    job: at('job.json'),
    wandb: at('wandb'),
    checkpoint: at('checkpoint'),
    model: at('model'),
    scores: at('scores.bin'),
    reuse: at('reuse.json'),
    ranking: at('ranking.jsonl.gz'),
  };
}

/** The line of a record that holds the hash of all others. */
const HASH_LINE = /^\{\n {2}"sha256": "([0-9a-f]{64})",\n/;

/** Publishes a record with the hash of its text, whole or not at all; equal records give equal bytes. */
export function writeRecord(runsDir: string, record: RunRecord): void {
  const text = `${JSON.stringify(JSON.parse(canonicalJson(record)), null, 2)}\n`;
  writeFileAtomic(runFolder(runsDir, record.runId).record, text.replace('{\n', `{\n  "sha256": "${sha256(text)}",\n`));
}

/** Publishes what a run is asked to do, for the process that does it. */
export function writePlannedRun(runsDir: string, run: PlannedRun, tracking?: TrackingRequest): void {
  const planned = { ...run, ...(tracking ? { tracking } : {}) };
  writeFileAtomic(runFolder(runsDir, run.runId).planned, `${JSON.stringify(planned, null, 2)}\n`);
}

/** A run's record as it lies on the disk. */
export type RecordState =
  { state: 'none' } | { state: 'sound'; record: RunRecord } | { state: 'damaged'; file: string; why: string };

/** The record of a run, or what is wrong with it: cut short, changed since it was written, of another run or version. */
export function recordState(runsDir: string, runId: string): RecordState {
  const { record: file } = runFolder(runsDir, runId);
  if (!existsSync(file)) return { state: 'none' };
  try {
    const text = readText(file);
    const hash = HASH_LINE.exec(text);
    const rest = hash ? `{\n${text.slice(hash[0].length)}` : text;
    if (!hash || sha256(rest) !== hash[1])
      throw new InputError({ file, message: 'its content does not have its hash' });
    const record = parseRunRecord(JSON.parse(rest), { file });
    if (record.runId === runId) return { state: 'sound', record };
    throw new InputError({ file, field: 'runId', found: record.runId, expected: runId });
  } catch (error) {
    if (error instanceof InputError) return { state: 'damaged', file, why: error.message };
    throw error;
  }
}

/** The record of a run; undefined when there is none, or a damaged one. */
export function readRecord(runsDir: string, runId: string): RunRecord | undefined {
  const found = recordState(runsDir, runId);
  return found.state === 'sound' ? found.record : undefined;
}

/** Every record under the folder of all runs, by run id. */
export function readRecords(runsDir: string): Map<string, RunRecord> {
  const records = new Map<string, RunRecord>();
  if (!existsSync(runsDir)) return records;
  for (const name of readdirSync(runsDir).sort()) {
    const record = RUN_ID.test(name) ? readRecord(runsDir, name) : undefined;
    if (record) records.set(name, record);
  }
  return records;
}

/** Forgets the outcome of an earlier attempt, but keeps its checkpoint and losses to go on from. */
export function forgetRecord(runsDir: string, runId: string): void {
  rmSync(runFolder(runsDir, runId).record, { force: true });
}

/** Moves a damaged record aside, so that the run is done again and nothing is lost; returns where it lies now. */
export function setRecordAside(runsDir: string, runId: string): string {
  const { record } = runFolder(runsDir, runId);
  const aside = `${record}.damaged`;
  renameSync(record, aside);
  return aside;
}
