// Decompresses a file in a thread of its own, piece by piece, and checks what the format has for checking.
const { Buffer } = require('node:buffer');
const { closeSync, readSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
const { createGunzip } = require('node:zlib');
const { answer, Stopped } = require('./send-to-caller.cjs');
const { inflateZstandard } = require('./zstandard-frames.cjs');

const READ_BYTES = 1 << 18;
const SENT_BYTES = 1 << 20;

/** The compressed bytes: what the caller has read of them, then the rest of the open file. */
function* compressed({ first, handle }) {
  yield first;
  for (;;) {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    let size;
    try {
      size = readSync(handle, buffer);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      throw error;
    }
    if (size === 0) return;
    yield buffer.subarray(0, size);
  }
}

/** Collects pieces up to a size that is worth a message. */
function collector(send) {
  let pieces = [];
  let bytes = 0;
  const flush = () => {
    if (bytes === 0) return;
    const whole = new Uint8Array(bytes);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    pieces = [];
    bytes = 0;
    send(whole, [whole.buffer]);
  };
  const add = (piece) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= SENT_BYTES) flush();
  };
  return { add, flush };
}

/** All members of a gzip file. Zeros behind the last are padding; anything else there is damage. */
async function inflateGzip(input, add) {
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  let fed = 0;
  let hasEnded = false;
  let failure;
  gunzip.on('data', (piece) => {
    try {
      add(piece);
    } catch (error) {
      failure ??= error;
    }
  });
  const ended = new Promise((resolve, reject) => {
    gunzip.once('error', reject);
    gunzip.once('end', () => {
      hasEnded = true;
      resolve();
    });
  });
  ended.catch(() => undefined);
  for (const chunk of input) {
    if (hasEnded) {
      requirePadding(chunk);
      continue;
    }
    fed += chunk.length;
    await Promise.race([new Promise((resolve) => gunzip.write(chunk, resolve)), ended]);
    if (failure) throw failure;
    if (hasEnded) requirePadding(chunk.subarray(chunk.length - (fed - gunzip.bytesWritten)));
  }
  if (!hasEnded) gunzip.end();
  await ended;
  if (failure) throw failure;
}

function requirePadding(bytes) {
  if (bytes.some((byte) => byte !== 0)) throw new Error('bytes behind its end that are no gzip data');
}

const NAMES = { gzip: 'gzip file', zstd: 'Zstandard file' };
const PLAIN_WORDS = {
  'unexpected end of file': 'it ends too early',
  'unexpected EOF': 'it ends too early',
  'incorrect data check': 'its check sum is another',
};

answer(async (send) => {
  const { kind, handle } = workerData;
  const { add, flush } = collector(send);
  try {
    const input = compressed(workerData);
    await (kind === 'gzip' ? inflateGzip(input, add) : inflateZstandard(input, add));
    flush();
  } catch (error) {
    if (error instanceof Stopped) throw error;
    throw new Error(`damaged ${NAMES[kind]} (${PLAIN_WORDS[error.message] ?? error.message})`);
  } finally {
    closeSync(handle);
  }
});
