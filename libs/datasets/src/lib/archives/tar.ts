import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { InputError } from '@tsarank/io';
import { extract } from 'tar-stream';

/**
 * Reads a tar archive, or one packed by gzip, from beginning to end; what `read` doesn't read is passed over.
 *
 * @param read Is told each file's name, and given its bytes piece by piece.
 * @throws {InputError} naming the archive when it is none, or is cut off.
 */
export async function readTar(
  archive: string,
  read: (name: string, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const tar = extract();
  const source = createReadStream(archive, { highWaterMark: 1 << 20 });
  const fail = (error: Error): void => void tar.destroy(error);
  const unpacked = archive.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  source.on('error', fail);
  if (unpacked !== source) unpacked.on('error', fail);
  unpacked.pipe(tar);
  try {
    for await (const entry of tar) {
      if (entry.header.type === 'file') await read(entry.header.name, entry as unknown as AsyncIterable<Buffer>);
      entry.resume();
    }
  } catch (error) {
    if (error instanceof InputError || 'syscall' in (error as object)) throw error;
    throw new InputError({ file: archive, message: `is no sound tar archive (${(error as Error).message})` });
  } finally {
    source.destroy();
  }
}
