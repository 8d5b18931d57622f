import { isUtf8 } from 'node:buffer';
import { InputError } from '../errors';
import { parseJson } from '../json';
import { MOST_TEXT_BYTES, notUtf8, type JsonLine } from './lines';

const [LINE_FEED, QUOTE, COMMA, BACKSLASH] = [0x0a, 0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export const isJsonSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b);

/**
 * The items of a file that is one JSON list, one by one, each with the line it begins in: the list may be of any size, an item
 * is one text. Lists one after the other, as programs write them that append, count as one.
 *
 * @throws {InputError} naming file and line of what is no JSON.
 */
export function* jsonListItems(file: string, pieces: Iterable<Buffer>): Generator<JsonLine, void> {
  let line = 1;
  let place: 'outside' | 'before item' | 'in item' | 'behind item' = 'outside';
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let itemLine = 1;
  let parts: Buffer[] = [];
  let partBytes = 0;
  const wrong = (message: string): InputError => new InputError({ file, line, message: `not JSON (${message})` });
  let isFirstPiece = true;
  for (const raw of pieces) {
    const piece: Buffer = isFirstPiece && raw.subarray(0, 3).equals(BYTE_ORDER_MARK) ? raw.subarray(3) : raw;
    isFirstPiece = false;
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at]!;
      if (byte === LINE_FEED) line += 1;
      if (isString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isString = false;
        continue;
      }
      if (place === 'in item') {
        if (byte === QUOTE) isString = true;
        else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
        else if (depth > 0 && (byte === CLOSE_LIST || byte === CLOSE_OBJECT)) depth -= 1;
        else if (depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) {
          parts.push(piece.subarray(start, at));
          yield itemOf(file, itemLine, parts);
          parts = [];
          partBytes = 0;
          place = byte === COMMA ? 'before item' : 'outside';
        }
        continue;
      }
      if (isJsonSpace(byte)) continue;
      if (place === 'outside') {
        if (byte !== OPEN_LIST) throw wrong('something behind the end of the list');
        place = 'behind item'; // an empty list
      } else if (byte === CLOSE_LIST && place === 'behind item') place = 'outside';
      else if (byte === COMMA || byte === CLOSE_LIST) throw wrong('an item is missing');
      else {
        place = 'in item';
        itemLine = line;
        start = at;
        isString = byte === QUOTE;
        depth = byte === OPEN_LIST || byte === OPEN_OBJECT ? 1 : 0;
      }
    }
    if (place === 'in item') {
      parts.push(piece.subarray(start));
      partBytes += piece.length - start;
      if (partBytes > MOST_TEXT_BYTES)
        throw new InputError({
          file,
          line: itemLine,
          found: `an item above ${MOST_TEXT_BYTES} bytes`,
          expected: 'less',
        });
    }
  }
  if (place !== 'outside') throw wrong('the list has no end');
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function itemOf(file: string, line: number, parts: Buffer[]): JsonLine {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  if (!isUtf8(bytes)) throw notUtf8(file, bytes, line - 1);
  return { value: parseJson(bytes.toString('utf8'), { file, line }), line };
}
