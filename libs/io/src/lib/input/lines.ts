import { isUtf8 } from 'node:buffer';
import { InputError } from '../errors';
import { parseJson } from '../json';
import { filePieces } from './file-pieces';

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

const LINE_FEED = 0x0a;
/** The longest text of V8, in UTF-16 units; also the most bytes of a file, or of a line, that becomes one text. */
export const MOST_TEXT_BYTES = 0x1fffffe8;

/**
 * The lines of a UTF-8 text file of any size, plain, `.gz` or `.zst`, read piece by piece: memory holds a few pieces and one
 * line. CRLF is accepted, a byte order mark is passed over; no other character ends a line.
 *
 * @throws {InputError} naming file and line: no such file, no UTF-8, a damaged archive, a binary file, a line that is too long.
 */
export function readLines(file: string): Generator<TextLine, void> {
  return linesOf(file, filePieces(file));
}

/** The lines that pieces of a file hold. */
export function* linesOf(file: string, pieces: Iterable<Buffer>): Generator<TextLine, void> {
  let line = 0;
  for (const bytes of wholeLines(file, pieces)) {
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

/** Pieces that end with a line, or with the file. */
function* wholeLines(file: string, pieces: Iterable<Buffer>): Generator<Buffer, void> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for (const piece of pieces) {
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield rest.length === 0 ? piece.subarray(0, end) : Buffer.concat([...rest, piece.subarray(0, end)]);
      rest = [];
      restBytes = 0;
    }
    if (end < piece.length) rest.push(piece.subarray(end));
    restBytes += piece.length - end;
    if (restBytes > MOST_TEXT_BYTES) {
      throw new InputError({ file, found: `a line above ${MOST_TEXT_BYTES} bytes`, expected: 'shorter lines' });
    }
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}

/** Names the line of the first bytes that are no UTF-8, in bytes that `before` lines precede. */
export function notUtf8(file: string, bytes: Buffer, before: number): InputError {
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
 * The values of a JSON lines file, one by one; empty lines are passed over.
 *
 * @throws {InputError} naming file and line of the first line that is not JSON or has a key twice.
 */
export function jsonLines(file: string): Generator<JsonLine, void> {
  return jsonLinesOf(file, readLines(file));
}

/** The values of lines. */
export function* jsonLinesOf(file: string, lines: Iterable<TextLine>): Generator<JsonLine, void> {
  for (const { text, line } of lines) {
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
