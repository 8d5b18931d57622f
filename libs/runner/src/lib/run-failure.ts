import { openSync, closeSync, fstatSync, readSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunFailure, RunRecord } from '@tsarank/config';

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
}

const OUT_OF_MEMORY =
  /out of memory|allocation failed|memory access out of bounds|cannot enlarge memory|Aborted\(OOM\)|Invalid typed array length|ResourceExhausted|OOM when allocating/i;
const NOT_A_NUMBER = /\bNaN\b|\bInfinity\b|not finite|non-finite|diverged/i;
/** How much of a log's end may hold the cause. */
const TAIL_BYTES = 8192;

/** What an exception says about a failed run. */
export function failureOf(error: unknown): RunFailure {
  if (!(error instanceof Error)) return { kind: 'error', message: String(error) };
  const { message, stack } = error;
  const kind = OUT_OF_MEMORY.test(message) ? 'out-of-memory' : NOT_A_NUMBER.test(message) ? 'nan' : 'error';
  return { kind, message, ...(stack ? { stack } : {}) };
}

/** What the end of a process that left no record, and the end of its log, say about it. */
export function failureOfProcess({ code, signal }: ProcessEnd, log: string): RunFailure {
  const tail = tailOf(log);
  const line = tail.split('\n').findLast((text) => OUT_OF_MEMORY.test(text));
  if (line !== undefined) return { kind: 'out-of-memory', message: line.trim() };
  if (signal === 'SIGKILL') {
    return { kind: 'killed', message: 'killed by SIGKILL: by hand, or by the system for want of memory' };
  }
  if (signal !== null) return { kind: 'killed', message: `killed by ${signal}` };
  const last = tail.trim().split('\n').at(-1)?.trim();
  return { kind: 'error', message: `the process ended with code ${code} and no record${last ? `: ${last}` : ''}` };
}

/** The record of a run that failed. */
export function failedRecord(run: PlannedRun, error: RunFailure, timings: Record<string, number> = {}): RunRecord {
  return {
    runId: run.runId,
    kind: run.kind,
    status: 'failed',
    error,
    config: run.config,
    behaviourVersion: run.behaviourVersion,
    dataHashes: { ...run.dataHashes },
    ...(run.stageId ? { parent: run.stageId } : {}),
    versions: {},
    timings,
  };
}

function tailOf(file: string): string {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
