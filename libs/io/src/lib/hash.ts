import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from './errors';
import { readFailure, requireFile } from './input/open-input';

/** SHA-256 of a text (UTF-8) or bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a file's bytes, read in pieces, in hexadecimal. */
export function sha256File(file: string): string {
  return hashFile(file, () => createHash('sha256'));
}

/** MD5 of a file's bytes, read in pieces, in hexadecimal: only for files whose publishers name no better hash. */
export function md5File(file: string): string {
  return hashFile(file, () => createHash('md5'));
}

/** The name that git gives to a file of these bytes (SHA-1 over `blob <size>`, a zero byte and the content), in hexadecimal. */
export function gitBlobSha1File(file: string): string {
  return hashFile(file, (size) => createHash('sha1').update(`blob ${size}\0`));
}

function hashFile(file: string, begin: (size: number) => Hash): string {
  requireFile(file);
  const piece = Buffer.alloc(1 << 20);
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  try {
    const hash = begin(fstatSync(handle).size);
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece)) {
      hash.update(piece.subarray(0, read));
    }
    return hash.digest('hex');
  } finally {
    closeSync(handle);
  }
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
