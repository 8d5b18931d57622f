import { openSync, closeSync, fstatSync, readSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunFailure, RunRecord } from '@tsarank/config';

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  /** What its executor knows of the cause. */
  failure?: RunFailure;
}

/** Exit codes of a run's own process, after `sysexits.h`. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** EX_IOERR: it could not write; no record says so. */
  storage: 74,
  /** EX_TEMPFAIL: it was asked to stop, has saved, and goes on when started again. */
  interrupted: 75,
} as const;

/** Causes that lie outside a run: another try may go better. */
const TRANSIENT: readonly RunFailure['kind'][] = ['killed', 'out-of-memory', 'preempted', 'timeout'];

/** Whether a run that failed so is worth another try; what fails by itself fails alike again. */
export function isTransient({ kind }: RunFailure): boolean {
  return TRANSIENT.includes(kind);
}

const OUT_OF_MEMORY =
  /out of memory|allocation failed|memory access out of bounds|cannot enlarge memory|Aborted\(OOM\)|Invalid typed array length|ResourceExhausted|OOM when allocating/i;
const STORAGE = /\b(ENOSPC|EDQUOT|EROFS|EIO|ESTALE|EACCES|EPERM): |no space left on device|read-only file system/i;
const NOT_A_NUMBER = /\bNaN\b|\bInfinity\b|not finite|non-finite|diverged/i;
/** Begins the line that starts each attempt's part of a log. */
export const ATTEMPT_MARK = '== attempt ';
/** How much of a log's end may hold the cause. */
const TAIL_BYTES = 8192;

/** What an exception says about a failed run. */
export function failureOf(error: unknown): RunFailure {
  if (!(error instanceof Error)) return { kind: 'error', message: String(error) };
  const { message, stack } = error;
  return { kind: kindOf(message), message, ...(stack ? { stack: placeless(stack) } : {}) };
}

/** A stack whose files are named from the workspace on: wherever its code lies, the same failure leaves the same record. */
function placeless(stack: string): string {
  return stack.replaceAll(/(?:file:\/\/)?\/[^\s()]*?\/((?:apps|libs|node_modules)\/)/g, '$1');
}

function kindOf(message: string): RunFailure['kind'] {
  if (OUT_OF_MEMORY.test(message)) return 'out-of-memory';
  if (STORAGE.test(message)) return 'storage';
  return NOT_A_NUMBER.test(message) ? 'nan' : 'error';
}

/** What the end of a process that left no record, and the end of its log, say about it. */
export function failureOfProcess({ code, signal, failure }: ProcessEnd, log: string): RunFailure {
  if (failure) return failure;
  if (code === EXIT.interrupted) return { kind: 'preempted', message: 'it was asked to stop, and saved' };
  const tail = tailOf(log);
  const line = tail.split('\n').findLast((text) => OUT_OF_MEMORY.test(text));
  if (line !== undefined) return { kind: 'out-of-memory', message: line.trim() };
  if (signal === 'SIGKILL') {
    return { kind: 'killed', message: 'killed by SIGKILL: by hand, or by the system for want of memory' };
  }
  if (signal !== null) return { kind: 'killed', message: `killed by ${signal}` };
  const last = lastReason(tail);
  if (code === EXIT.storage) {
    const why = tail.split('\n').findLast((text) => STORAGE.test(text));
    return { kind: 'storage', message: why?.trim() ?? 'the run could not write, nor say why' };
  }
  return { kind: 'error', message: `the process ended with code ${code} and no record${last ? `: ${last}` : ''}` };
}

/** What Node prints below an exception: its place in the code, its stack and Node's own version. */
const BESIDE_A_REASON = /^\s*(?:at .+|Node\.js v[\d.]+|\^+|[{}\])]+|)$/;

/** The last line of a log that says why, if any does: rather that of an error than any other. */
export function lastReason(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => !BESIDE_A_REASON.test(line));
  const error = lines.findLast((line) => /^\s*(?:\w*Error|error|ablate)\b.*: ./.test(line));
  return (error ?? lines.at(-1))?.trim();
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
    ...(run.parent ? { parent: run.parent } : {}),
    ...(run.set ? { set: run.set.name } : {}),
    versions: {},
    timings,
  };
}

/** The record of a run that can't be executed because the one that makes its model failed. */
export function orphanRecord(run: PlannedRun, parent: RunRecord): RunRecord {
  const { kind, message } = parent.error!;
  const stage = parent.kind === 'pretrain' ? 'stage one' : 'stage two';
  return failedRecord(run, { kind, message: `${stage} (run ${parent.runId}) failed: ${message}` });
}

/** Whether a scoring run failed only because there is no model to score: the run that lacks one says why. */
export function isOrphan({ kind, error }: RunRecord): boolean {
  return kind === 'score' && /^stage (one|two) \(run [0-9a-f]{16}\) failed: /.test(error?.message ?? '');
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
    return bytes.toString('utf8').split(ATTEMPT_MARK).at(-1)!;
  } finally {
    closeSync(handle);
  }
}
