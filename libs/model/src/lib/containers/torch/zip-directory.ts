import { InputError } from '@tsarank/io';
import type { RandomAccessFile } from '../random-access-file';

/** Where an entry's bytes are found. */
interface ZipEntry {
  /** Of its local header. */
  header: number;
  bytes: number;
  /** First byte that is no longer its own. */
  limit: number;
}

/** The stored entries of a ZIP file, found without reading them. */
export interface ZipDirectory {
  readonly names: readonly string[];
  /** First byte and length of an entry; undefined where there is none of that name. */
  find(name: string): { position: number; bytes: number } | undefined;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
/** A checkpoint has an entry for each tensor and a few more. */
const MOST_ENTRIES = 200_000;

/**
 * The directory of a ZIP or ZIP64 file. Entries must be stored, not compressed: so none can be larger than its file, and
 * none may share bytes with another.
 *
 * Source: PKWARE APPNOTE.TXT, 4.3.
 *
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function readZipDirectory(file: RandomAccessFile): ZipDirectory {
  const wrong = (message: string) => new InputError({ file: file.path, message });
  const { count, position, bytes } = findDirectory(file, wrong);
  if (count > MOST_ENTRIES || count * 46 > bytes)
    throw wrong(`names ${count} entries in a ZIP directory of ${bytes} bytes; damaged`);
  if (!(position + bytes <= file.size)) throw wrong('truncated: its ZIP directory lies beyond the end of the file');
  const directory = file.read(position, bytes, 'the ZIP directory');
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== CENTRAL)
      throw wrong(`entry ${index} of its ZIP directory is damaged`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameBytes + extraBytes + commentBytes;
    if (next > bytes) throw wrong(`entry ${index} of its ZIP directory is damaged`);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const { size, packed, header } = sizesOf(directory, at, extra, name, wrong);
    const method = directory.readUInt16LE(at + 10);
    if (directory.readUInt16LE(at + 8) & 1) throw wrong(`entry "${name}" is encrypted`);
    if (method !== 0)
      throw wrong(`entry "${name}" is compressed (method ${method}), expected stored entries as PyTorch writes them`);
    if (size !== packed) throw wrong(`entry "${name}" is stored in ${packed} bytes and has ${size}; damaged`);
    if (entries.has(name)) throw wrong(`has two entries "${name}"`);
    entries.set(name, { header, bytes: size, limit: position });
    at = next;
  }
  setLimits(entries, wrong);
  return {
    names: [...entries.keys()],
    find(name) {
      const entry = entries.get(name);
      return entry && { position: dataStart(file, name, entry, wrong), bytes: entry.bytes };
    },
  };
}

type Wrong = (message: string) => InputError;

function findDirectory(file: RandomAccessFile, wrong: Wrong): { count: number; position: number; bytes: number } {
  const tailBytes = Math.min(file.size, END_BYTES + LONGEST_COMMENT);
  const start = file.size - tailBytes;
  const tail = file.read(start, tailBytes, 'the end of the ZIP file');
  let at = tailBytes - END_BYTES;
  while (at >= 0 && !(tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tailBytes))
    at -= 1;
  if (at < 0) throw wrong('truncated: a ZIP file without its directory');
  const end = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    position: tail.readUInt32LE(at + 16),
  };
  const locator = start + at - 20;
  if (locator < 0) return end;
  const pointer = file.read(locator, 20, 'the ZIP64 locator');
  if (pointer.readUInt32LE(0) !== LOCATOR_64) return end;
  const place = Number(pointer.readBigUInt64LE(8));
  if (!(place + 56 <= locator)) throw wrong('its ZIP64 directory lies beyond the end of the file; damaged');
  const end64 = file.read(place, 56, 'the ZIP64 directory');
  if (end64.readUInt32LE(0) !== END_64) throw wrong('its ZIP64 directory is damaged');
  const [count, bytes, position] = [32, 40, 48].map((field) => Number(end64.readBigUInt64LE(field))) as [
    number,
    number,
    number,
  ];
  return { count, bytes, position };
}

/** Sizes and place of an entry; those that don't fit 32 bits stand in the extra field 1, in this order. */
function sizesOf(
  directory: Buffer,
  at: number,
  extra: Buffer,
  name: string,
  wrong: Wrong,
): { size: number; packed: number; header: number } {
  const wide: number[] = [];
  for (let field = 0; field + 4 <= extra.length;) {
    const bytes = extra.readUInt16LE(field + 2);
    if (extra.readUInt16LE(field) === 1) {
      const end = Math.min(field + 4 + bytes, extra.length);
      for (let item = field + 4; item + 8 <= end; item += 8) wide.push(Number(extra.readBigUInt64LE(item)));
      break;
    }
    field += 4 + bytes;
  }
  const [size, packed, header] = [24, 20, 42].map((place) => {
    const value = directory.readUInt32LE(at + place);
    return value === 0xffffffff ? wide.shift() : value;
  });
  if (size === undefined || packed === undefined || header === undefined)
    throw wrong(`entry "${name}" lacks its ZIP64 sizes; damaged`);
  return { size, packed, header };
}

function setLimits(entries: Map<string, ZipEntry>, wrong: Wrong): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.header - b.header);
  inOrder.forEach(([name, entry], index) => {
    entry.limit = Math.min(entry.limit, inOrder[index + 1]?.[1].header ?? Infinity);
    if (!(entry.header + 30 + entry.bytes <= entry.limit)) {
      throw wrong(`entry "${name}" of ${entry.bytes} bytes reaches into the next entry or the directory; damaged`);
    }
  });
}

/** The local header has a name and an extra field of its own lengths (PyTorch pads with it). */
function dataStart(file: RandomAccessFile, name: string, entry: ZipEntry, wrong: Wrong): number {
  const local = file.read(entry.header, 30, `entry "${name}"`);
  const position = entry.header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (local.readUInt32LE(0) !== LOCAL || position + entry.bytes > entry.limit)
    throw wrong(`the header of entry "${name}" is damaged`);
  return position;
}
