import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorkError } from './errors';
import { gitBlobSha1File, md5File, sha256File } from './hash';
import { makeDirectory } from './make-directory';
import { HttpStatusError, reasonOf, requireSuccess, withRetries } from './retries';
import type { RetryOptions } from './retries';

export interface DownloadOptions extends RetryOptions {
  url: string;
  file: string;
  /** One of the three: a hash of the bytes, or git's of the file. */
  sha256?: string;
  gitSha1?: string;
  md5?: string;
  /** Bytes of the whole file, where known: a shorter answer is a broken one. */
  size?: number;
  headers?: Readonly<Record<string, string>>;
  /** Where bytes lie until the hash is right. Default `<file>.part`. */
  part?: string;
  /** Called as bytes arrive; `total` is undefined when the server doesn't say. */
  onProgress?: (done: number, total: number | undefined) => void;
  /** A connection that brings less than 1 KiB in so long is given up. Default 30,000. */
  idleMs?: number;
}

/**
 * Downloads a file into its part file and renames it once its hash is right. A partial download of an earlier try, or of an
 * earlier process, is continued; if its bytes turn out wrong, the file is fetched once more from its start. A file that is
 * there already with the right hash is left alone.
 *
 * @throws {HttpStatusError} when the server refuses.
 * @throws {WorkError} when the connection fails, or the bytes are not the ones expected (those are removed).
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, file, part = `${file}.part`, onRetry } = options;
  if (existsSync(file) && mismatch(file, options) === undefined) return;
  makeDirectory(dirname(file));
  makeDirectory(dirname(part));
  let continued = existsSync(part);
  for (;;) {
    await withRetries((arrived) => fetchRest(part, options, arrived), options).catch((error: unknown) => {
      if (error instanceof HttpStatusError) throw error;
      throw new WorkError(`the download of ${url} failed: ${reasonOf(error)}`, { cause: error });
    });
    const wrong = mismatch(part, options);
    if (wrong === undefined) break;
    rmSync(part, { force: true });
    if (!continued) throw new WorkError(`${url} has the wrong content: ${wrong}`);
    onRetry?.(`what an earlier download left of ${url} was damaged; fetching all of it`);
    continued = false;
  }
  renameSync(part, file);
}

function mismatch(file: string, { sha256, gitSha1, md5 }: DownloadOptions): string | undefined {
  const [kind, found, expected] =
    sha256 !== undefined
      ? ['SHA-256', sha256File(file), sha256]
      : md5 !== undefined
        ? ['MD5', md5File(file), md5]
        : ['git SHA-1', gitBlobSha1File(file), gitSha1];
  return found === expected ? undefined : `${kind} ${found}, expected ${expected}`;
}

/** Of a connection in each `idleMs`; a try that brought no more counts as one that brought nothing. */
const LEAST_BYTES = 1024;

async function fetchRest(part: string, options: DownloadOptions, arrived: () => void): Promise<void> {
  const { url, headers, size, onProgress, idleMs = 30_000 } = options;
  const have = existsSync(part) ? statSync(part).size : 0;
  if (size !== undefined && have >= size && have > 0) return; // the hash decides
  const stalled = new AbortController();
  let inWindow = 0;
  let brought = 0;
  const timer = setInterval(() => {
    if (inWindow < LEAST_BYTES) stalled.abort();
    inWindow = 0;
  }, idleMs);
  try {
    const response = await fetch(url, {
      // Of encoded bytes neither length nor range would be the file's.
      headers: { ...headers, 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
      signal: stalled.signal,
    });
    if (response.status === 416) return; // nothing is left; the hash decides
    await requireSuccess(response, url);
    const resumed = response.status === 206 && startsAt(response, have);
    const length = response.headers.get('content-length');
    let done = resumed ? have : 0;
    const total = size ?? (length === null ? undefined : done + Number(length));
    const handle = openSync(part, resumed ? 'a' : 'w');
    try {
      // Written as it comes: whatever breaks next, what has arrived stays.
      for await (const piece of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
        for (let written = 0; written < piece.length;) written += writeSync(handle, piece, written);
        done += piece.length;
        inWindow += piece.length;
        brought += piece.length;
        if (size !== undefined && done > size) break; // never more on the disk than was announced
        if (brought >= LEAST_BYTES && (resumed || done > have)) arrived();
        onProgress?.(done, total);
      }
    } finally {
      closeSync(handle);
    }
    if (size !== undefined && done < size) throw new Error(`the answer ended after ${done} of ${size} bytes`);
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`less than ${LEAST_BYTES} bytes arrived in ${idleMs / 1000} s`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** A part of the file that doesn't begin where ours ends would be put in the wrong place. */
function startsAt(response: Response, have: number): boolean {
  const range = response.headers.get('content-range');
  const start = /^bytes (\d+)-/.exec(range ?? '')?.[1];
  if (start === undefined || Number(start) === have) return true;
  throw new Error(`asked for bytes from ${have}, got ${range}`);
}
