import { fromBinary } from '@bufbuild/protobuf';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '@tsarank/io';
import { RecordSchema, type Record as LogRecord } from './generated/wandb-log_pb';
import { FILE_HEADER, unframeRecords } from './record-framing';

/** Most bytes read at a time; a record is smaller, or its log is read no further. */
const PIECE = 1 << 22;

/** Reads a log while it grows. */
export class LogTail {
  private offset = FILE_HEADER.length;

  constructor(private readonly file: string) {}

  /** The records that became whole since the last call. */
  next(): LogRecord[] {
    const found: LogRecord[] = [];
    const handle = openSync(this.file, 'r');
    try {
      for (;;) {
        const fresh = Math.min(fstatSync(handle).size - this.offset, PIECE);
        if (fresh <= 0) return found;
        const bytes = Buffer.allocUnsafe(fresh);
        const { records, end } = unframeRecords(
          bytes.subarray(0, readSync(handle, bytes, 0, fresh, this.offset)),
          this.offset,
        );
        found.push(...records.map((data) => fromBinary(RecordSchema, data)));
        if (end === this.offset) return found;
        this.offset = end;
      }
    } finally {
      closeSync(handle);
    }
  }
}

/** Whether a process of this machine writes the log in a folder; one of another machine counts as writing. */
export function isBeingWritten(folder: string): boolean {
  try {
    const { pid, host, start } = JSON.parse(readFileSync(join(folder, '.lock'), 'utf8')) as {
      pid: number;
      host: string;
      start?: string;
    };
    return host !== hostname() || isProcessAlive(pid, start);
  } catch {
    return false;
  }
}
