// Zstandard as RFC 8878 has it: frames one after the other, each with blocks and, mostly, a check sum. fzstd decompresses the
// blocks but passes over check sums, so frames are taken apart here. The same on every Node: its own decoder came with 22.15.
const { Buffer } = require('node:buffer');
const { Decompress } = require('fzstd');
const createXxhash = require('xxhash-wasm');

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const CHECKSUM_FLAG = 4;

/** Takes numbers of bytes off a sequence of chunks. */
function byteSource(chunks) {
  const iterator = chunks[Symbol.iterator]();
  let rest = Buffer.alloc(0);
  const fill = (count) => {
    const parts = [rest];
    let size = rest.length;
    while (size < count) {
      const { value, done } = iterator.next();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
    rest = parts.length === 1 ? rest : Buffer.concat(parts, size);
  };
  return {
    isAtEnd() {
      if (rest.length === 0) fill(1);
      return rest.length === 0;
    },
    take(count) {
      if (rest.length < count) fill(count);
      if (rest.length < count) throw new Error('unexpected EOF');
      const taken = rest.subarray(0, count);
      rest = rest.subarray(count);
      return taken;
    },
  };
}

/** Passes every decompressed piece to `add`. Throws at whatever is no sound sequence of frames. */
async function inflateZstandard(chunks, add) {
  const hashes = await createXxhash();
  const source = byteSource(chunks);
  while (!source.isAtEnd()) {
    const magic = source.take(4);
    if ((magic.readUInt32LE() & 0xfffffff0) >>> 0 === SKIPPABLE) {
      for (let left = source.take(4).readUInt32LE(); left > 0;) {
        const step = Math.min(left, 1 << 20);
        source.take(step);
        left -= step;
      }
    } else if (magic.readUInt32LE() === MAGIC) inflateFrame(source, magic, add, hashes.create64());
    else throw new Error('bytes that begin no frame');
  }
}

function inflateFrame(source, magic, add, hash) {
  const [descriptor] = source.take(1);
  const isSingleSegment = (descriptor & 32) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 1 << sizeFlag;
  const rest = source.take((isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + sizeBytes);
  const decompress = new Decompress((piece) => {
    if (piece.length === 0) return;
    hash.update(piece);
    // Its buffer may be used again.
    add(piece.slice());
  });
  decompress.push(Buffer.concat([magic, Buffer.of(descriptor & ~CHECKSUM_FLAG), rest]));
  for (let isLast = false; !isLast;) {
    const header = source.take(3);
    const bits = header.readUIntLE(0, 3);
    isLast = (bits & 1) === 1;
    const isRun = ((bits >> 1) & 3) === 1;
    decompress.push(Buffer.concat([header, source.take(isRun ? 1 : bits >> 3)]), isLast);
  }
  if ((descriptor & CHECKSUM_FLAG) === 0) return;
  if (source.take(4).readUInt32LE() !== Number(hash.digest() & 0xffffffffn)) throw new Error('incorrect data check');
}

module.exports = { inflateZstandard };
