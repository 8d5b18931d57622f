import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipForm {
  /** Sizes and CRC-32 stand behind the content, as when an archive is written to a pipe. */
  dataDescriptors?: boolean;
  /** Sizes and offsets in the extra fields of zip64, as in archives above 4 GiB. */
  zip64?: boolean;
}

const NONE = 0xffffffff;

/** A ZIP archive of some files (PKWARE APPNOTE), for specs. */
export function zipArchive(
  files: Readonly<Record<string, string | Buffer>>,
  { dataDescriptors = false, zip64 = false }: ZipForm = {},
): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const push = (piece: Buffer): void => {
    pieces.push(piece);
    offset += piece.length;
  };
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const sizes = { crc: crc32(plain), packed: packed.length, plain: plain.length };
    const start = offset;
    const flags = 0x800 | (dataDescriptors ? 8 : 0);
    const atStart = dataDescriptors ? { crc: 0, packed: 0, plain: 0 } : sizes;
    push(Buffer.concat([header(0x04034b50, flags, atStart, name, 0), Buffer.from(name)]));
    push(packed);
    if (dataDescriptors) push(numbers(4, 0x08074b50, sizes.crc, sizes.packed, sizes.plain));
    const extra = zip64 ? Buffer.concat([numbers(2, 1, 24), longs(sizes.plain, sizes.packed, start)]) : Buffer.alloc(0);
    const shown = zip64 ? { ...sizes, packed: NONE, plain: NONE } : sizes;
    const entry = header(0x02014b50, flags, shown, name, extra.length);
    const tail = Buffer.concat([numbers(2, 0, 0, 0), numbers(4, 0, zip64 ? NONE : start)]);
    directory.push(Buffer.concat([entry, tail, Buffer.from(name), extra]));
  }
  const start = offset;
  for (const entry of directory) push(entry);
  const [count, length] = [directory.length, offset - start];
  if (zip64) {
    const end = offset;
    push(Buffer.concat([numbers(4, 0x06064b50), longs(44), numbers(2, 45, 45), numbers(4, 0, 0)]));
    push(longs(count, count, length, start));
    push(Buffer.concat([numbers(4, 0x07064b50, 0), longs(end), numbers(4, 1)]));
  }
  push(Buffer.concat([numbers(4, 0x06054b50), numbers(2, 0, 0, ...(zip64 ? [0xffff, 0xffff] : [count, count]))]));
  push(Buffer.concat([numbers(4, zip64 ? NONE : length, zip64 ? NONE : start), numbers(2, 0)]));
  return Buffer.concat(pieces);
}

interface Sizes {
  crc: number;
  packed: number;
  plain: number;
}

/** What the local header and an entry of the directory have in common. */
function header(signature: number, flags: number, sizes: Sizes, name: string, extraLength: number): Buffer {
  const isDirectory = signature === 0x02014b50;
  return Buffer.concat([
    numbers(4, signature),
    numbers(2, ...(isDirectory ? [45] : []), 45, flags, 8, 0, 0x21),
    numbers(4, sizes.crc, sizes.packed, sizes.plain),
    numbers(2, Buffer.byteLength(name), extraLength),
  ]);
}

function numbers(bytes: 2 | 4, ...values: number[]): Buffer {
  const buffer = Buffer.alloc(bytes * values.length);
  values.forEach((value, at) => buffer.writeUIntLE(value, at * bytes, bytes));
  return buffer;
}

function longs(...values: number[]): Buffer {
  const buffer = Buffer.alloc(8 * values.length);
  values.forEach((value, at) => buffer.writeBigUInt64LE(BigInt(value), at * 8));
  return buffer;
}
