import * as zlib from 'node:zlib';

/** Reflected polynomial of CRC-32 (IEEE 802.3). */
const POLYNOMIAL = 0xedb88320;

let table: Uint32Array | undefined;

/** By table, for Node versions without `zlib.crc32` (before 20.15 and 22.2). */
export function crc32ByTable(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * CRC-32 of bytes as an unsigned number; the plain one, not LevelDB's masked CRC-32C.
 *
 * @example
 * crc32(Buffer.from('123456789')).toString(16); // cbf43926
 */
export const crc32: (bytes: Uint8Array) => number =
  (zlib as { crc32?: (bytes: Uint8Array) => number }).crc32 ?? crc32ByTable;
