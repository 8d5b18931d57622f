import { closeSync, createReadStream, createWriteStream, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { InputError, makeDirectory } from '@tsarank/io';

/** A member of a zip file (PKWARE APPNOTE 4.3.12). */
export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  compressedSize: number;
  size: number;
  headerOffset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/**
 * Lists a zip file's members from its central directory.
 *
 * @throws {InputError} when the file is no zip file, or one of more than 4 GiB.
 */
export function readZipDirectory(file: string): ZipEntry[] {
  const { size } = statSync(file);
  const tail = readBytes(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new InputError({ file, message: 'is no zip file (no central directory)' });

  const length = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (offset === 0xffffffff) throw new InputError({ file, message: 'is a zip64 file, which is not read' });
  const directory = readBytes(file, offset, length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= directory.length;) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new InputError({ file, message: `has a damaged central directory at byte ${offset + at}` });
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Writes the members that `wanted` accepts below `directory`, keeping their paths. Members are streamed, so a library
 * of several hundred MB needs no such memory.
 *
 * @returns how many files were written.
 * @throws {InputError} when a member is damaged, or its path leads out of the directory.
 */
export async function extractZip(file: string, directory: string, wanted: (name: string) => boolean): Promise<number> {
  let written = 0;
  for (const entry of readZipDirectory(file)) {
    if (entry.name.endsWith('/') || !wanted(entry.name)) continue;
    const target = join(directory, entry.name);
    if (!target.startsWith(directory + sep))
      throw new InputError({ file, message: `member ${entry.name} leads out of the folder` });
    makeDirectory(dirname(target));
    await extractEntry(file, entry, target);
    written++;
  }
  return written;
}

async function extractEntry(file: string, entry: ZipEntry, target: string): Promise<void> {
  const header = readBytes(file, entry.headerOffset, 30);
  if (header.readUInt32LE(0) !== LOCAL_HEADER || (entry.method !== 0 && entry.method !== 8))
    throw new InputError({ file, message: `member ${entry.name} is damaged` });
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (entry.compressedSize === 0) {
    writeFileSync(target, '');
  } else {
    const output = createWriteStream(target);
    const input = createReadStream(file, { start, end: start + entry.compressedSize - 1, highWaterMark: 1 << 20 });
    if (entry.method === 0) await pipeline(input, output);
    else await pipeline(input, createInflateRaw(), output);
    if (statSync(target).size !== entry.size)
      throw new InputError({ file, message: `member ${entry.name} is damaged (size)` });
  }
}

function readBytes(file: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, bytes, 0, length, position);
    return bytes.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
