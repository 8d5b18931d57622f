import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from './errors';
import { readFailure } from './read';

/** SHA-256 of a text (UTF-8) or bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a file's bytes, read in pieces, in hexadecimal. */
export function sha256File(file: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  try {
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece)) {
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

/**
 * JSON with sorted keys and no spaces, so that equal values give equal text; `undefined` members are left out.
 *
 * @throws {TypeError} on a number that JSON can't hold (NaN, infinities).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`canonicalJson: ${value} has no JSON form`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
