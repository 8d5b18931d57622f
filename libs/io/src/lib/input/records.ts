import { closeSync } from 'node:fs';
import { InputError } from '../errors';
import { filePieces, isParquet } from './file-pieces';
import { isJsonSpace, jsonListItems } from './json-list';
import { jsonLinesOf, linesOf, type JsonLine, type TextLine } from './lines';
import { openInput, readPiece, requireFile } from './open-input';
import { threadMessages } from './thread-messages';

/**
 * What a file holds, by its first bytes: `json`: an object or a list a line, or one list of them; `parquet`; `table`: any other
 * text; `empty`: white space alone.
 */
export type FileShape = 'json' | 'parquet' | 'table' | 'empty';

/** A file that is open, its shape known. It is read once, by `values` or by `lines`; whoever reads neither closes it. */
export interface OpenedFile {
  readonly file: string;
  readonly shape: FileShape;
  /**
   * JSON values one by one, each with its line; rows of a Parquet file as objects, each with its number from 1.
   *
   * @param columns Columns of a Parquet file that are read, where it has them; default all.
   * @throws {InputError} naming file and line.
   */
  values(columns?: readonly string[]): Generator<JsonLine, void>;
  /** Lines of text. @throws {InputError} as readLines, and for a Parquet file. */
  lines(): Generator<TextLine, void>;
  close(): void;
}

const [BRACKET, BRACE] = [0x5b, 0x7b];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Opens a file of any size for reading from its start to its end in bounded memory: text, plain, `.gz` or `.zst`, or Parquet,
 * each known by its first bytes.
 *
 * @throws {InputError} naming the file when there is none, or when it is none of these.
 */
export function openRecords(file: string): OpenedFile {
  if (startsAsParquet(file)) {
    return {
      file,
      shape: 'parquet',
      values: (columns) => parquetRows(file, columns),
      lines() {
        throw new InputError({ file, found: 'a Parquet file', expected: 'UTF-8 text' });
      },
      close: () => undefined,
    };
  }
  const pieces = filePieces(file);
  const seen: Buffer[] = [];
  let [first, second]: (number | undefined)[] = [];
  while (second === undefined) {
    const { value, done } = pieces.next();
    if (done) break;
    seen.push(value);
    [first, second] = significantBytes(seen);
    if (first !== undefined && first !== BRACKET) break;
  }
  const all = function* (): Generator<Buffer, void> {
    yield* seen.splice(0);
    yield* pieces;
  };
  const isJson = first === BRACE || first === BRACKET;
  // A list of strings is a line of its own: sentence-transformers' (anchor, positive, negative).
  const isList = first === BRACKET && (second === BRACE || second === BRACKET || second === 0x5d);
  return {
    file,
    shape: first === undefined ? 'empty' : isJson ? 'json' : 'table',
    values: () => (isList ? jsonListItems(file, all()) : jsonLinesOf(file, linesOf(file, all()))),
    lines: () => linesOf(file, all()),
    close: () => void pieces.return(),
  };
}

/** The first two bytes that are no white space. */
function significantBytes(pieces: readonly Buffer[]): number[] {
  const found: number[] = [];
  pieces.forEach((piece, index) => {
    const isMarked = index === 0 && BYTE_ORDER_MARK.every((byte, at) => piece[at] === byte);
    for (let at = isMarked ? 3 : 0; at < piece.length && found.length < 2; at += 1) {
      if (!isJsonSpace(piece[at]!)) found.push(piece[at]!);
    }
  });
  return found;
}

/** A pipe can't be a Parquet file, which is read from its end, and what is read of it can't be put back. */
function startsAsParquet(file: string): boolean {
  try {
    requireFile(file);
  } catch {
    return false;
  }
  const handle = openInput(file);
  try {
    const start = Buffer.alloc(4);
    return readPiece(handle, start, file) === 4 && isParquet(start);
  } finally {
    closeSync(handle);
  }
}

function* parquetRows(file: string, columns: readonly string[] | undefined): Generator<JsonLine, void> {
  let line = 0;
  const task = { file, columns: columns && [...columns] };
  for (const { found, rows } of threadMessages<ParquetMessage>(file, 'parquet-thread.cjs', task)) {
    if (found !== undefined && columns !== undefined && !found.some((name) => columns.includes(name))) {
      const expected = `some of the columns ${columns.slice(0, 20).join(', ')}`;
      throw new InputError({ file, found: `the columns ${found.join(', ')}`, expected });
    }
    for (const value of rows ?? []) {
      line += 1;
      yield { value, line };
    }
  }
}

/** The file's columns first, then its rows. */
interface ParquetMessage {
  found?: string[];
  rows?: object[];
}
