import { crc32 } from './crc32';

/**
 * The outside of a W&B transaction log: seven bytes of file header, then records in chunks as LevelDB's logs have them.
 *
 *   chunk = CRC-32 of type and data (uint32) | length (uint16) | type (uint8) | data, little-endian
 *
 * A chunk lies in one block of 32,768 bytes, counted from the beginning of the file; a block's last bytes, where no
 * chunk header fits, are zero.
 */
export const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00]); // ":W&B", 0xBEE1, version 0

const BLOCK = 32_768;
const CHUNK_HEADER = 7;
const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

/** A record as the bytes that stand at `offset` of the file, padding before it included. */
export function frameRecord(data: Uint8Array, offset: number): Buffer {
  const parts: Uint8Array[] = [];
  let at = offset;
  let done = 0;
  let begun = false; // A first chunk may hold no data at all, so `done` does not tell.
  for (;;) {
    const room = BLOCK - (at % BLOCK);
    if (room < CHUNK_HEADER) {
      parts.push(new Uint8Array(room));
      at += room;
      continue;
    }
    const length = Math.min(data.length - done, room - CHUNK_HEADER);
    const last = done + length === data.length;
    const chunk = Buffer.allocUnsafe(CHUNK_HEADER + length);
    chunk.writeUInt16LE(length, 4);
    chunk[6] = begun ? (last ? LAST : MIDDLE) : last ? FULL : FIRST;
    begun = true;
    chunk.set(data.subarray(done, done + length), CHUNK_HEADER);
    chunk.writeUInt32LE(crc32(chunk.subarray(6)), 0);
    parts.push(chunk);
    at += chunk.length;
    done += length;
    if (last) return parts.length === 1 ? chunk : Buffer.concat(parts);
  }
}

export interface Unframed {
  records: Uint8Array[];
  /** Offset in the file behind the last whole record. */
  end: number;
  /** `torn`: the bytes end within a record. `damaged`: what stands at `end` is no record. */
  tail: 'whole' | 'torn' | 'damaged';
}

/**
 * The records in a piece of a log.
 *
 * @param bytes The piece; begins where a record does.
 * @param offset Where in the file it begins.
 */
export function unframeRecords(bytes: Uint8Array, offset: number): Unframed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let end = offset;
  let at = 0;
  const ended = (tail: Unframed['tail']): Unframed => ({ records, end, tail });
  for (;;) {
    const room = BLOCK - ((offset + at) % BLOCK);
    if (room < CHUNK_HEADER) at += room;
    if (at >= buffer.length) return ended(parts.length === 0 ? 'whole' : 'torn');
    if (at + CHUNK_HEADER > buffer.length) return ended('torn');
    const length = buffer.readUInt16LE(at + 4);
    const type = buffer[at + 6]!;
    const next = at + CHUNK_HEADER + length;
    const fits = length <= BLOCK - ((offset + at) % BLOCK) - CHUNK_HEADER;
    const inOrder = parts.length === 0 ? type === FULL || type === FIRST : type === MIDDLE || type === LAST;
    if (!fits || !inOrder) return ended('damaged');
    if (next > buffer.length) return ended('torn');
    if (crc32(buffer.subarray(at + 6, next)) !== buffer.readUInt32LE(at)) return ended('damaged');
    parts.push(buffer.subarray(at + CHUNK_HEADER, next));
    at = next;
    if (type === FULL || type === LAST) {
      records.push(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
      parts = [];
      end = offset + at;
    }
  }
}
