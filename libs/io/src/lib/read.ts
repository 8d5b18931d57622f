import { isUtf8 } from 'node:buffer';
import { InputError } from './errors';
import { filePieces } from './input/file-pieces';
import { MOST_TEXT_BYTES, notUtf8 } from './input/lines';
import { requireFile } from './input/open-input';
import { parseJson } from './json';

/**
 * A whole UTF-8 text file, without a byte order mark.
 *
 * @throws {InputError} as readLines, and for a file that is too large to be one text.
 */
export function readText(file: string): string {
  const pieces: Buffer[] = [];
  let size = 0;
  for (const piece of filePieces(file, { plain: true })) {
    pieces.push(piece);
    size += piece.length;
    if (size > MOST_TEXT_BYTES) {
      throw new InputError({
        file,
        found: `more than ${MOST_TEXT_BYTES} bytes`,
        expected: 'a smaller file: it is read as one text',
      });
    }
  }
  const bytes = Buffer.concat(pieces, size);
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
