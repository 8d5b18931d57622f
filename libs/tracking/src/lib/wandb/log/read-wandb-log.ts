import { fromBinary } from '@bufbuild/protobuf';
import { InputError, readFailure } from '@tsarank/io';
import { readFileSync } from 'node:fs';
import { RecordSchema, type Record as LogRecord } from './generated/wandb-log_pb';
import { FILE_HEADER, unframeRecords } from './record-framing';
import { fromItems } from './record-items';

/** A log read back. */
export interface WandbLog {
  records: LogRecord[];
  /** Bytes up to the end of the last whole record. */
  end: number;
  /** `torn`: its writer was killed in the middle of a record. `damaged`: bytes at `end` are not what was written. */
  tail: 'whole' | 'torn' | 'damaged';
}

/**
 * Reads a W&B transaction log, up to the first record that is torn or damaged.
 *
 * @throws {InputError} when the file can't be read or is no such log. An empty file, left by a writer that was killed at
 * once, is a log without records.
 */
export function readWandbLog(file: string): WandbLog {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  const head = bytes.subarray(0, FILE_HEADER.length);
  if (!head.equals(FILE_HEADER.subarray(0, head.length))) {
    throw new InputError({ file, found: `bytes ${head.toString('hex')}`, expected: 'the header of a W&B log' });
  }
  if (bytes.length < FILE_HEADER.length) return { records: [], end: 0, tail: bytes.length === 0 ? 'whole' : 'torn' };
  const { records, end, tail } = unframeRecords(bytes.subarray(FILE_HEADER.length), FILE_HEADER.length);
  return { records: records.map((data) => fromBinary(RecordSchema, data)), end, tail };
}

/** What a log says, in plain values. */
export interface WandbLogContents {
  run:
    | {
        runId: string;
        project: string;
        entity: string;
        group: string;
        jobType: string;
        name: string;
        notes: string;
        tags: string[];
      }
    | undefined;
  config: Record<string, unknown>;
  startingStep: number;
  rows: Record<string, unknown>[];
  summary: Record<string, unknown>;
  console: { line: string; stream: 'stdout' | 'stderr' }[];
  /** Below `files/`. */
  files: string[];
  /** Undefined when the attempt has not ended, or was killed. */
  exitCode: number | undefined;
}

/** The contents of a log's records, in the order written; later values of the summary replace earlier ones. */
export function contentsOf(records: readonly LogRecord[]): WandbLogContents {
  const contents: WandbLogContents = {
    run: undefined,
    config: {},
    startingStep: 0,
    rows: [],
    summary: {},
    console: [],
    files: [],
    exitCode: undefined,
  };
  for (const { kind } of records) take(kind, contents);
  return contents;
}

function take(kind: LogRecord['kind'], contents: WandbLogContents): void {
  switch (kind.case) {
    case 'run': {
      const { runId, project, entity, runGroup, jobType, displayName, notes, tags } = kind.value;
      contents.run = { runId, project, entity, group: runGroup, jobType, name: displayName, notes, tags };
      contents.startingStep = Number(kind.value.startingStep);
      Object.assign(contents.config, fromItems(kind.value.config?.update ?? []));
      break;
    }
    case 'config':
      Object.assign(contents.config, fromItems(kind.value.update));
      break;
    case 'history':
      contents.rows.push(fromItems(kind.value.item));
      break;
    case 'summary':
      Object.assign(contents.summary, fromItems(kind.value.update));
      break;
    case 'outputRaw':
      contents.console.push({ line: kind.value.line, stream: kind.value.outputType === 0 ? 'stderr' : 'stdout' });
      break;
    case 'files':
      contents.files.push(...kind.value.files.map(({ path }) => path));
      break;
    case 'exit':
      contents.exitCode = kind.value.exitCode;
      break;
    default:
  }
}
