import { createHash } from 'node:crypto';

/** A key's place in [0, 1), spread evenly and the same on every machine: 32 bits of its SHA-256. */
export function hashShare(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
