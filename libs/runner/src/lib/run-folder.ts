import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseRunRecord, type RunRecord } from '@tsarank/config';
import { canonicalJson, InputError, readJson, writeFileAtomic } from '@tsarank/io';
import type { PlannedRun } from '@tsarank/ablation';

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
  checkpoint: string;
  /** Of a stage-one run: the trained model as a Hugging Face folder. */
  model: string;
}

const RUN_ID = /^[0-9a-f]{16}$/;

/** A run's files under the folder of all runs. */
export function runFolder(runsDir: string, runId: string): RunFolder {
  const folder = path.join(runsDir, runId);
  const at = (name: string): string => path.join(folder, name);
  return {
    folder,
    record: at('record.json'),
    planned: at('planned.json'),
    log: at('log.txt'),
    losses: at('losses.jsonl'),
    checkpoint: at('checkpoint'),
    model: at('model'),
  };
}

/** Publishes a record, whole or not at all; equal records give equal bytes. */
export function writeRecord(runsDir: string, record: RunRecord): void {
  const sorted: unknown = JSON.parse(canonicalJson(record));
  writeFileAtomic(runFolder(runsDir, record.runId).record, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Publishes what a run is asked to do, for the process that does it. */
export function writePlannedRun(runsDir: string, run: PlannedRun): void {
  writeFileAtomic(runFolder(runsDir, run.runId).planned, `${JSON.stringify(run, null, 2)}\n`);
}

/** The record of a run; undefined when there is none that this version can read. */
export function readRecord(runsDir: string, runId: string): RunRecord | undefined {
  const { record } = runFolder(runsDir, runId);
  if (!existsSync(record)) return undefined;
  try {
    const parsed = parseRunRecord(readJson(record), { file: record });
    return parsed.runId === runId ? parsed : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
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
