import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory, sha256File, WorkError } from '@tsarank/io';
import { reasonOf } from './wheel';

export interface DownloadOptions {
  url: string;
  file: string;
  sha256: string;
  /** Called as bytes arrive; `total` is undefined when the server doesn't say. */
  onProgress?: (done: number, total: number | undefined) => void;
  /** Attempts, each going on where the last one stopped. Default 3. */
  attempts?: number;
  /** A connection that brings nothing for so long is given up. Default 30,000. */
  idleMs?: number;
}

/**
 * Downloads a file into `file.part` and renames it once its hash is right. A partial download of an earlier attempt,
 * or of an earlier process, is continued. A file that is there already with the right hash is left alone.
 *
 * @throws {WorkError} when the download fails or its bytes are not the ones expected (those are removed).
 */
export async function download({ attempts = 3, ...options }: DownloadOptions): Promise<void> {
  const { url, file, sha256 } = options;
  if (existsSync(file) && sha256File(file) === sha256) return;
  makeDirectory(dirname(file));
  const part = `${file}.part`;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(part, options);
      break;
    } catch (error) {
      if (attempt === attempts)
        throw new WorkError(`the download of ${url} failed: ${reasonOf(error)}`, { cause: error });
    }
  }
  const found = sha256File(part);
  if (found !== sha256) {
    rmSync(part, { force: true });
    throw new WorkError(`${url} has the wrong content: SHA-256 ${found}, expected ${sha256}`);
  }
  renameSync(part, file);
}

async function fetchRest(part: string, { url, onProgress, idleMs = 30_000 }: DownloadOptions): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), idleMs);
  try {
    const response = await fetch(url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: stalled.signal,
    });
    if (response.status === 416) return; // nothing is left; the hash decides
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);

    const resumed = response.status === 206;
    const length = response.headers.get('content-length');
    let done = resumed ? have : 0;
    const total = length === null ? undefined : done + Number(length);
    const handle = openSync(part, resumed ? 'a' : 'w');
    try {
      // Written as it comes: whatever breaks next, what has arrived stays.
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), idleMs);
        for (let written = 0; written < piece.length;) written += writeSync(handle, piece, written);
        done += piece.length;
        onProgress?.(done, total);
      }
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`nothing arrived for ${idleMs / 1000} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
