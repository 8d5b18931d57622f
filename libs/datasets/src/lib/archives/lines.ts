import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '@tsarank/io';

/** A line of a published file. */
export interface PlacedLine {
  text: string;
  /** From 1. */
  line: number;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a stream of UTF-8, many at a time: memory holds the pieces of one line, and those of one piece. Empty lines are
 * passed over, CRLF is accepted.
 */
export async function* lineBatches(content: AsyncIterable<Buffer>): AsyncGenerator<PlacedLine[]> {
  let rest: Buffer[] = [];
  let line = 0;
  const placed = (bytes: Buffer): PlacedLine[] => {
    const texts = bytes.toString('utf8').split('\n');
    const lines = texts.map((text) => ({ text: text.endsWith('\r') ? text.slice(0, -1) : text, line: (line += 1) }));
    return lines.filter(({ text }) => text !== '');
  };
  for await (const piece of content) {
    const end = piece.lastIndexOf(LINE_FEED);
    if (end < 0) {
      rest.push(piece);
      continue;
    }
    yield placed(Buffer.concat([...rest, piece.subarray(0, end)]));
    rest = [piece.subarray(end + 1)];
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield placed(last);
}

/**
 * What a gzip stream holds, line by line.
 *
 * @param file Named in errors.
 * @throws {InputError} when what is packed is damaged.
 */
export async function* packedLines(source: Readable, file: string): AsyncGenerator<PlacedLine[]> {
  // An error of the source reaches whoever reads what is unpacked.
  const unpacked = pipeline(source, createGunzip(), () => undefined);
  try {
    yield* lineBatches(unpacked as AsyncIterable<Buffer>);
  } catch (error) {
    if (error instanceof InputError || 'syscall' in (error as object)) throw error;
    throw new InputError({ file, message: `is no sound gzip file (${(error as Error).message})` });
  }
}

/** The same of a file, unpacked where its name ends in `.gz`. */
export async function* fileLines(file: string): AsyncGenerator<PlacedLine[]> {
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  yield* file.endsWith('.gz') ? packedLines(source, file) : lineBatches(source as AsyncIterable<Buffer>);
}
