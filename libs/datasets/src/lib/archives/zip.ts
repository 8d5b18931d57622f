import { createWriteStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { InputError, makeDirectory } from '@tsarank/io';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

/** A file in a ZIP archive. */
export interface ZipMember {
  name: string;
  /** Unpacked bytes. */
  size: number;
}

/**
 * The files in a ZIP archive, by its directory; of any size (zip64).
 *
 * @throws {InputError} naming the archive when it is none, is cut off, or has names that lead out of a folder.
 */
export async function listZip(archive: string): Promise<ZipMember[]> {
  return withZip(archive, async (zip) => {
    const members: ZipMember[] = [];
    for await (const { fileName, uncompressedSize } of zip.eachEntry()) {
      if (!fileName.endsWith('/')) members.push({ name: fileName, size: uncompressedSize });
    }
    return members;
  });
}

/**
 * Writes members of a ZIP archive to files. Each is streamed, whatever its size, and checked by its CRC-32.
 *
 * @param placeOf Where a member goes, relative to the folder; undefined for those that aren't wanted.
 * @throws {InputError} naming the archive and the member that is damaged, encrypted or there twice.
 */
export async function extractZipMembers(
  archive: string,
  folder: string,
  placeOf: (name: string) => string | undefined,
): Promise<void> {
  await withZip(archive, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      const place = entry.fileName.endsWith('/') ? undefined : placeOf(entry.fileName);
      if (place === undefined) continue;
      const file = join(folder, place);
      if (existsSync(file))
        throw new InputError({ file: archive, found: `${entry.fileName} a second time`, expected: 'one' });
      makeDirectory(dirname(file));
      const content: Readable = await zip.openReadStreamPromise(entry);
      await pipeline(content, checked(entry), createWriteStream(file, { flags: 'wx' }));
    }
  });
}

function checked({ fileName, crc32: expected }: Entry): Transform {
  let found = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      found = crc32(piece, found);
      done(null, piece);
    },
    flush(done) {
      done(found === expected ? null : new Error(`${fileName} is damaged (CRC-32)`));
    },
  });
}

async function withZip<T>(archive: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(archive, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    return await work(zip);
  } catch (error) {
    if (error instanceof InputError || isSystemError(error)) throw error;
    throw new InputError({ file: archive, message: `is no sound ZIP file (${(error as Error).message})` });
  } finally {
    zip?.close();
  }
}

/** Of the disk, not of the archive; zlib's errors have codes too. */
function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
