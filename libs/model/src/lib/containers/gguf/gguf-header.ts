import { InputError } from '@tsarank/io';
import { blockFormats } from './gguf-blocks';
import type { BlockFormat } from './gguf-blocks';
import { ByteCursor } from './byte-cursor';
import type { RandomAccessFile } from '../random-access-file';
import { showValue } from '../show-value';
import type { TensorEntry } from '../tensor-source';

export interface GgufTensor extends TensorEntry {
  position: number;
  bytes: number;
}

export interface GgufHeader {
  metadata: Record<string, unknown>;
  tensors: Map<string, GgufTensor>;
}

const MAGIC = 'GGUF';
const VERSIONS = [2, 3];
/** Far above any model, far below what would hurt. */
const MOST_ENTRIES = 1_000_000;
const MOST_ITEMS = 10_000_000;
const MOST_DIMENSIONS = 4;
const ARRAY = 9;

/** How a metadata value of each type number is read, and the least bytes that it takes. */
const SCALARS: Record<number, { bytes: number; read: (cursor: ByteCursor) => unknown }> = {
  0: { bytes: 1, read: (cursor) => cursor.take(1).readUInt8() },
  1: { bytes: 1, read: (cursor) => cursor.take(1).readInt8() },
  2: { bytes: 2, read: (cursor) => cursor.take(2).readUInt16LE() },
  3: { bytes: 2, read: (cursor) => cursor.take(2).readInt16LE() },
  4: { bytes: 4, read: (cursor) => cursor.take(4).readUInt32LE() },
  5: { bytes: 4, read: (cursor) => cursor.take(4).readInt32LE() },
  6: { bytes: 4, read: (cursor) => cursor.take(4).readFloatLE() },
  7: { bytes: 1, read: (cursor) => cursor.take(1).readUInt8() !== 0 },
  8: { bytes: 8, read: (cursor) => cursor.text() },
  10: { bytes: 8, read: (cursor) => Number(cursor.take(8).readBigUInt64LE()) },
  11: { bytes: 8, read: (cursor) => Number(cursor.take(8).readBigInt64LE()) },
  12: { bytes: 8, read: (cursor) => cursor.take(8).readDoubleLE() },
};

/**
 * Metadata and tensor places of a GGUF file. No count or length in it is believed before it fits the file's size.
 *
 * Source: github.com/ggml-org/ggml, docs/gguf.md.
 *
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function readGgufHeader(file: RandomAccessFile): GgufHeader {
  const wrong = (message: string) => new InputError({ file: file.path, message });
  const cursor = new ByteCursor(file, 'the header');
  const magic = cursor.take(4).toString('latin1');
  if (magic !== MAGIC) throw wrong(`not a GGUF file: magic ${JSON.stringify(magic)}, expected "${MAGIC}"`);
  const version = cursor.take(4).readUInt32LE();
  if (version > 0 && (version & 0xffff) === 0) throw wrong('a big-endian GGUF file, expected little endian');
  if (!VERSIONS.includes(version)) throw wrong(`GGUF version ${version}, expected ${VERSIONS.join(' or ')}`);
  const tensorCount = cursor.count(24, 'tensors', MOST_ENTRIES);
  const valueCount = cursor.count(13, 'metadata values', MOST_ENTRIES);
  const values = new Map<string, unknown>();
  for (let index = 0; index < valueCount; index += 1) {
    const key = cursor.text();
    if (values.has(key)) throw wrong(`has metadata "${key}" twice`);
    values.set(key, readValue(cursor, cursor.take(4).readUInt32LE(), key, wrong));
  }
  // A key may be "__proto__": fromEntries makes it a value like any other.
  const metadata: Record<string, unknown> = Object.fromEntries(values);
  const places = Array.from({ length: tensorCount }, () => readPlace(cursor, wrong));
  const alignment = metadata['general.alignment'] ?? 32;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1 || alignment > 2 ** 20) {
    throw wrong(`general.alignment is ${showValue(alignment)}`);
  }
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, dtype, format, offset } of places) {
    const count = shape.reduce((product, size) => product * size, 1);
    if ((shape.at(-1) ?? 1) % format.weights !== 0) {
      throw wrong(`tensor "${name}" [${shape.join(', ')}] has rows that are no whole number of ${dtype} blocks`);
    }
    const bytes = (count / format.weights) * format.bytes;
    const position = start + offset;
    if (tensors.has(name)) throw wrong(`has two tensors "${name}"`);
    if (offset % alignment !== 0)
      throw wrong(`tensor "${name}" begins at ${offset}, expected a multiple of ${alignment}`);
    if (!(position + bytes <= file.size)) {
      throw wrong(`truncated: tensor "${name}" ends at byte ${position + bytes}, the file has ${file.size}`);
    }
    tensors.set(name, { shape, dtype, position, bytes });
  }
  checkApart(tensors, wrong);
  return { metadata, tensors };
}

function checkApart(tensors: ReadonlyMap<string, GgufTensor>, wrong: (message: string) => Error): void {
  let end = 0;
  const inOrder = [...tensors].sort(([, a], [, b]) => a.position - b.position || a.bytes - b.bytes);
  for (const [name, { position, bytes }] of inOrder) {
    if (position < end)
      throw wrong(`tensor "${name}" overlaps another: it begins at byte ${position}, the other ends at ${end}`);
    end = position + bytes;
  }
}

function readValue(cursor: ByteCursor, type: number, key: string, wrong: (message: string) => Error): unknown {
  if (type !== ARRAY) {
    const scalar = SCALARS[type];
    if (!scalar) throw wrong(`metadata "${key}" has the unknown type ${type}`);
    return scalar.read(cursor);
  }
  const itemType = cursor.take(4).readUInt32LE();
  const item = SCALARS[itemType];
  if (!item) throw wrong(`metadata "${key}" is a list of the unknown type ${itemType}`);
  const length = cursor.count(item.bytes, `items of "${key}"`, MOST_ITEMS);
  const values: unknown[] = [];
  for (let index = 0; index < length; index += 1) values.push(item.read(cursor));
  return values;
}

interface Place {
  name: string;
  shape: number[];
  dtype: string;
  format: BlockFormat;
  offset: number;
}

function readPlace(cursor: ByteCursor, wrong: (message: string) => Error): Place {
  const name = cursor.text();
  const dimensions = cursor.take(4).readUInt32LE();
  if (dimensions > MOST_DIMENSIONS) throw wrong(`tensor "${name}" has ${dimensions} dimensions`);
  // The file lists the fastest-running dimension first.
  const shape = Array.from({ length: dimensions }, () => Number(cursor.take(8).readBigUInt64LE())).reverse();
  if (!shape.every(Number.isSafeInteger)) throw wrong(`tensor "${name}" has the shape ${showValue(shape)}`);
  const id = cursor.take(4).readUInt32LE();
  const found = Object.entries(blockFormats).find(([, format]) => format.id === id);
  if (!found) {
    throw wrong(`tensor "${name}" has the quantization type ${id}, expected ${Object.keys(blockFormats).join(', ')}`);
  }
  const offset = Number(cursor.take(8).readBigUInt64LE());
  return { name, shape, dtype: found[0], format: found[1], offset };
}
