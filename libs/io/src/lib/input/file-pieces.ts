import { closeSync, fstatSync } from 'node:fs';
import { InputError } from '../errors';
import { openInput, readPiece } from './open-input';
import { threadMessages } from './thread-messages';

const CHUNK_BYTES = 4 * 2 ** 20;

type Compression = 'gzip' | 'zstd';

/** First bytes of archives that are read; a Zstandard file may begin with a frame to be skipped. */
const COMPRESSED: readonly (readonly [Compression, (start: Buffer) => boolean])[] = [
  ['gzip', (start) => begins(start, [0x1f, 0x8b])],
  ['zstd', (start) => begins(start, [0x28, 0xb5, 0x2f, 0xfd])],
  ['zstd', (start) => (start[0]! & 0xf0) === 0x50 && begins(start.subarray(1), [0x2a, 0x4d, 0x18])],
];

/** First bytes of files that are no text. */
const KINDS: readonly (readonly [string, readonly number[]])[] = [
  ['a gzip file', [0x1f, 0x8b]],
  ['a Zstandard file', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a bzip2 file', [0x42, 0x5a, 0x68]],
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a ZIP file', [0x50, 0x4b, 0x03, 0x04]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['UTF-16 text', [0xff, 0xfe]],
  ['UTF-16 text', [0xfe, 0xff]],
];

const begins = (start: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, at) => start[at] === byte);

/** Whether a file's first bytes are Parquet's. */
export function isParquet(start: Buffer): boolean {
  return begins(start, [0x50, 0x41, 0x52, 0x31]);
}

/**
 * The bytes of a text file or pipe, piece by piece; those of a gzip or Zstandard archive, known by its first bytes and not by
 * its name, decompressed. No piece is empty.
 *
 * @param options.plain Only plain bytes: an archive is refused like other binary files.
 * @throws {InputError} naming the file: missing, damaged or cut off archives, other binary files, UTF-16.
 */
export function* filePieces(file: string, { plain = false } = {}): Generator<Buffer, void> {
  const handle = openInput(file);
  let isOurs = true;
  try {
    const bytes = Math.max(4096, Math.min(CHUNK_BYTES, fstatSync(handle).size + 1));
    let first = readChunk(handle, file, bytes);
    const compression = plain ? undefined : COMPRESSED.find(([, is]) => is(first))?.[0];
    if (compression !== undefined) {
      isOurs = false;
      yield* inflated(file, { first, handle, kind: compression });
      return;
    }
    requireText(file, first);
    for (; first.length > 0; first = readChunk(handle, file, bytes)) yield first;
  } finally {
    if (isOurs) closeSync(handle);
  }
}

function readChunk(handle: number, file: string, bytes: number): Buffer {
  const chunk = Buffer.allocUnsafe(bytes);
  return chunk.subarray(0, readPiece(handle, chunk, file));
}

/** The thread closes the handle: were it closed here, the thread might read from the next file of that number. */
function* inflated(file: string, task: { first: Buffer; handle: number; kind: Compression }): Generator<Buffer, void> {
  let isFirst = true;
  for (const bytes of threadMessages<Uint8Array>(file, 'inflate-thread.cjs', task)) {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isFirst) requireText(file, piece, `${task.kind === 'gzip' ? 'a gzip' : 'a Zstandard'} file of `);
    isFirst = false;
    yield piece;
  }
}

function requireText(file: string, start: Buffer, container = ''): void {
  const kind = KINDS.find(([, bytes]) => begins(start, bytes))?.[0];
  const found = kind ?? (start.subarray(0, 512).includes(0) ? 'binary data' : undefined);
  if (found !== undefined) throw new InputError({ file, found: `${container}${found}`, expected: 'UTF-8 text' });
}
