import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { RecordSchema } from './generated/wandb-log_pb';
import { FILE_HEADER, frameRecord } from './record-framing';

/** What a record holds, by the name of its kind. */
export type RecordKind = NonNullable<MessageInitShape<typeof RecordSchema>['kind']>;

/** A transaction log being written; every record is in the file when `append` returns, so that followers see it. */
export interface WandbLogWriter {
  /** @throws The system's error; the file then ends behind the last record that is whole. */
  append(...kinds: RecordKind[]): void;
  close(): void;
}

/** @throws The system's error when the file is there already or can't be made. */
export function createWandbLog(file: string): WandbLogWriter {
  const handle = openSync(file, 'wx');
  let offset = 0;
  let num = 0n;
  const write = (bytes: Uint8Array): void => {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
      offset += bytes.length;
    } catch (error) {
      ftruncateSync(handle, offset);
      throw error;
    }
  };
  try {
    write(FILE_HEADER);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return {
    append(...kinds) {
      let at = offset;
      const frames = kinds.map((kind) => {
        const frame = frameRecord(toBinary(RecordSchema, create(RecordSchema, { num: (num += 1n), kind })), at);
        at += frame.length;
        return frame;
      });
      write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
    },
    close: () => closeSync(handle),
  };
}
