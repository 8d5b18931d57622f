import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { sha256File } from './hash';

/** Below this, a thread of its own takes longer than the hashing. */
const FEWEST_BYTES = 1 << 26;
const DIGEST_BYTES = 32;
const DONE = 1;
/** A terabyte at a slow disk's 300 MB/s: whatever takes longer has stopped. */
const LONGEST_MS = 3_600_000;

/** Plain JavaScript, so that it runs however the program was started. */
const HASH_FILES = `
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const { files, shared } = require('node:worker_threads').workerData;
const state = new Int32Array(shared, 0, 1);
const digests = new Uint8Array(shared, 4);
let outcome = ${DONE};
try {
  const piece = Buffer.alloc(1 << 20);
  files.forEach((file, index) => {
    const hash = createHash('sha256');
    const handle = openSync(file, 'r');
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece)) hash.update(piece.subarray(0, read));
    closeSync(handle);
    digests.set(hash.digest(), ${DIGEST_BYTES} * index);
  });
} catch {
  outcome = ${DONE + 1};
}
Atomics.store(state, 0, outcome);
Atomics.notify(state, 0);
`;

/**
 * SHA-256 of files, in hexadecimal. Large ones are hashed by a thread of its own while the caller does something else with
 * them; what is given back waits for it.
 *
 * @throws {InputError} from what is given back, when a file can't be read.
 */
export function sha256FilesAside(files: readonly string[]): () => string[] {
  const here = () => files.map(sha256File);
  if (files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0) < FEWEST_BYTES)
    return here;
  const shared = new SharedArrayBuffer(4 + DIGEST_BYTES * files.length);
  const state = new Int32Array(shared, 0, 1);
  const worker = new Worker(HASH_FILES, { eval: true, execArgv: [], workerData: { files, shared } });
  // Not waited for when the work beside it has failed; without a thread, the files are hashed here.
  worker.unref();
  worker.on('error', () => undefined);
  return () => {
    const waited = Atomics.wait(state, 0, 0, LONGEST_MS);
    if (waited === 'timed-out' || Atomics.load(state, 0) !== DONE) return here();
    const digests = Buffer.from(shared, 4);
    return files.map((_, index) => digests.toString('hex', DIGEST_BYTES * index, DIGEST_BYTES * (index + 1)));
  };
}
