import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { InputError } from './errors';
import { parseJson } from './json';

/** A line of a text file. */
export interface TextLine {
  text: string;
  /** Line number in the file, from 1. */
  line: number;
}

/** A parsed line of a JSON lines file. */
export interface JsonLine {
  value: unknown;
  /** Line number in the file, from 1. */
  line: number;
}

const CHUNK_BYTES = 4 * 2 ** 20;
const LINE_FEED = 0x0a;
/** The longest text of V8, in UTF-16 units; also the most bytes of a file, or of a line, that becomes one text. */
const MOST_BYTES = 0x1fffffe8;

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

/**
 * Opens a file, or a pipe, for reading.
 *
 * @throws {InputError} naming the file when it is missing, not readable, a folder or a device.
 */
export function openInput(file: string): number {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  const stats = fstatSync(handle);
  if (stats.isFile() || stats.isFIFO()) return handle;
  closeSync(handle);
  throw new InputError({
    file,
    message: stats.isDirectory() ? 'is a folder, expected a file' : 'is a device, expected a file',
  });
}

/**
 * Refuses what is no regular file, without opening it: a pipe without a writer would never answer.
 *
 * @throws {InputError} naming the file.
 */
export function requireFile(file: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(file).isFile();
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  if (isFile) return;
  const what = statSync(file).isDirectory() ? 'a folder' : 'a pipe or a device';
  throw new InputError({ file, message: `is ${what}, expected a file` });
}

/**
 * The lines of a UTF-8 text file, read piece by piece: memory holds one piece and one line. CRLF is accepted, a byte order
 * mark is passed over; no other character ends a line.
 *
 * @throws {InputError} naming file and line: no such file, no UTF-8, a compressed or binary file, a line that is too long.
 */
export function* readLines(file: string): Generator<TextLine> {
  let line = 0;
  for (const bytes of wholeLines(file)) {
    if (!isUtf8(bytes)) throw notUtf8(file, bytes, line);
    const texts = bytes.toString('utf8').split('\n');
    // What stands behind the last line feed is no line.
    if (texts.at(-1) === '') texts.pop();
    for (const text of texts) {
      line += 1;
      const plain = line === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
      yield { text: plain.endsWith('\r') ? plain.slice(0, -1) : plain, line };
    }
  }
}

/** Pieces of a file that end with a line, or with the file. */
function* wholeLines(file: string): Generator<Buffer> {
  const handle = openInput(file);
  try {
    let rest: Buffer[] = [];
    let restBytes = 0;
    let isFirst = true;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const size = readPiece(handle, chunk, file);
      if (isFirst) requireText(file, chunk.subarray(0, size));
      isFirst = false;
      if (size === 0) break;
      const end = chunk.lastIndexOf(LINE_FEED, size - 1) + 1;
      if (end > 0) {
        yield Buffer.concat([...rest, chunk.subarray(0, end)]);
        rest = [];
        restBytes = 0;
      }
      rest.push(chunk.subarray(end, size));
      restBytes += size - end;
      if (restBytes > MOST_BYTES) {
        throw new InputError({ file, found: `a line above ${MOST_BYTES} bytes`, expected: 'shorter lines' });
      }
    }
    if (restBytes > 0) yield Buffer.concat(rest);
  } finally {
    closeSync(handle);
  }
}

/** Fills the buffer as far as the file goes. */
function readPiece(handle: number, buffer: Buffer, file: string): number {
  let size = 0;
  while (size < buffer.length) {
    let read: number;
    try {
      read = readSync(handle, buffer, size, buffer.length - size, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      throw new InputError({ file, message: readFailure(error) });
    }
    if (read === 0) break;
    size += read;
  }
  return size;
}

function requireText(file: string, start: Buffer): void {
  const kind = KINDS.find(([, bytes]) => bytes.every((byte, at) => start[at] === byte))?.[0];
  const found = kind ?? (start.subarray(0, 512).includes(0) ? 'binary data' : undefined);
  if (found !== undefined) throw new InputError({ file, found, expected: 'UTF-8 text' });
}

function notUtf8(file: string, bytes: Buffer, before: number): InputError {
  let line = before;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start);
    const stop = end < 0 ? bytes.length : end + 1;
    line += 1;
    if (!isUtf8(bytes.subarray(start, stop))) break;
    start = stop;
  }
  return new InputError({
    file,
    line,
    found: 'bytes that are no UTF-8',
    expected: 'UTF-8 text (iconv -t UTF-8 converts it)',
  });
}

/**
 * A whole UTF-8 text file, without a byte order mark.
 *
 * @throws {InputError} as readLines, and for a file that is too large to be one text.
 */
export function readText(file: string): string {
  const handle = openInput(file);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(Math.max(4096, Math.min(CHUNK_BYTES, fstatSync(handle).size + 1)));
      const read = readPiece(handle, piece, file);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      size += read;
      if (size > MOST_BYTES) {
        throw new InputError({
          file,
          found: `more than ${MOST_BYTES} bytes`,
          expected: 'a smaller file: it is read as one text',
        });
      }
    }
  } finally {
    closeSync(handle);
  }
  const bytes = Buffer.concat(pieces, size);
  requireText(file, bytes);
  if (!isUtf8(bytes)) throw notUtf8(file, bytes, 0);
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * A file holding one JSON value. A key that stands twice in an object is an error, for one of the two would be passed over.
 *
 * @throws {InputError} naming the file, and the line of a key that stands twice.
 */
export function readJson(file: string): unknown {
  return parseJson(readText(file), { file });
}

/**
 * The same for files that other programs publish: of a key that stands twice the last counts, as everywhere.
 *
 * @throws {InputError} naming the file when it is missing or not JSON.
 */
export function readPublishedJson(file: string): unknown {
  requireFile(file);
  return parseJson(readText(file), { file }, { duplicateKeys: 'last' });
}

/**
 * The values of a JSON lines file, one by one; empty lines are passed over.
 *
 * @throws {InputError} naming file and line of the first line that is not JSON or has a key twice.
 */
export function* jsonLines(file: string): Generator<JsonLine> {
  for (const { text, line } of readLines(file)) {
    if (text.trim() !== '') yield { value: parseJson(text, { file, line }), line };
  }
}

/**
 * Every line of a JSON lines file.
 *
 * @throws {InputError} as jsonLines, and when the file holds no line.
 */
export function readJsonLines(file: string): JsonLine[] {
  const lines = [...jsonLines(file)];
  if (lines.length === 0) throw new InputError({ file, found: 'an empty file', expected: 'one JSON object a line' });
  return lines;
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'no such file: a part of its path is a file, not a folder',
  ENAMETOOLONG: 'no such file: its name is too long',
  ELOOP: 'no such file: its links lead in a circle',
  ENXIO: 'is a socket or a device, expected a file',
};

/** What a failed file access means, in words. */
export function readFailure(error: unknown): string {
  return FAILURES[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
}
