import { InputError } from '@tsarank/io';
import type { RandomAccessFile } from '../random-access-file';

const WINDOW = 1 << 20;
/** Far above any token, key or chat template. */
const LONGEST_TEXT = 1 << 24;

/** Bytes of a file one after another, through a window, with every length checked against what is left. */
export class ByteCursor {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;
  private at = 0;

  constructor(
    private readonly file: RandomAccessFile,
    private readonly what: string,
  ) {}

  get position(): number {
    return this.at;
  }

  /** The next `length` bytes; valid until the next call. */
  take(length: number): Buffer {
    const end = this.at + length;
    if (this.at < this.windowStart || end > this.windowStart + this.window.length) {
      const size = Math.max(length, Math.min(WINDOW, this.file.size - this.at));
      this.window = this.file.read(this.at, size, this.what);
      this.windowStart = this.at;
    }
    const bytes = this.window.subarray(this.at - this.windowStart, end - this.windowStart);
    this.at = end;
    return bytes;
  }

  /** A 64-bit length and as many bytes of UTF-8. */
  text(): string {
    return this.take(this.count(1, 'bytes of a string', LONGEST_TEXT)).toString('utf8');
  }

  /**
   * A 64-bit count of things of at least `bytesEach`.
   *
   * @throws {InputError} when the rest of the file can't hold so many, or there are more than `most`.
   */
  count(bytesEach: number, things: string, most = Number.MAX_SAFE_INTEGER): number {
    const count = Number(this.take(8).readBigUInt64LE());
    if (count <= most && count * bytesEach <= this.file.size - this.at) return count;
    throw new InputError({
      file: this.file.path,
      message: `names ${count} ${things} at byte ${this.at - 8}, more than the file can hold or a model needs; damaged or truncated`,
    });
  }
}
