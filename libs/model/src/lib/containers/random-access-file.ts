import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError, readFailure, requireFile } from '@tsarank/io';

const PIECE = 64 << 20;

/** A file read at any place, never beyond its end. */
export class RandomAccessFile {
  readonly size: number;
  private readonly handle: number;

  /** @throws {InputError} when the file can't be opened. */
  constructor(readonly path: string) {
    // Asked before it is opened: a pipe would wait for a writer.
    requireFile(path);
    try {
      this.handle = openSync(path, 'r');
    } catch (error) {
      throw new InputError({ file: path, message: readFailure(error) });
    }
    this.size = fstatSync(this.handle).size;
  }

  /**
   * `length` bytes from `position`.
   *
   * @param what Named in the error when the file is too short.
   */
  read(position: number, length: number, what: string): Buffer {
    this.check(position, length, what);
    const bytes = Buffer.alloc(length);
    this.readInto(bytes, position, what);
    return bytes;
  }

  /** Fill `bytes` from `position`. */
  readInto(bytes: Uint8Array, position: number, what: string): void {
    this.check(position, bytes.length, what);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.handle, bytes, done, Math.min(PIECE, bytes.length - done), position + done);
      if (read === 0) throw this.truncated(position, bytes.length, what);
      done += read;
    }
  }

  close(): void {
    closeSync(this.handle);
  }

  /** @throws {InputError} when the file does not have these bytes. */
  check(position: number, length: number, what: string): void {
    if (!(position >= 0 && length >= 0 && position + length <= this.size)) throw this.truncated(position, length, what);
  }

  private truncated(position: number, length: number, what: string): InputError {
    return new InputError({
      file: this.path,
      message: `truncated: ${what} ends at byte ${position + length}, the file has ${this.size}`,
    });
  }
}
