// Reads a Parquet file in a thread of its own, since its library is asynchronous and its callers are not.
const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
const zlib = require('node:zlib');
const fzstd = require('fzstd');
const { requireSoundPages } = require('./parquet-pages.cjs');
const { answer, Stopped } = require('./send-to-caller.cjs');

/** Rows of a message. */
const ROWS = 4096;

const COMPRESSORS = {
  GZIP: (bytes) => zlib.gunzipSync(bytes),
  BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
  ZSTD: (bytes, length) => fzstd.decompress(bytes, new Uint8Array(length)),
};

/** JSON has no such numbers: ids of 64 bits become numbers, or their digits where they don't fit. */
function plain(value) {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object' && value.constructor === Object)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}

answer(async (send) => {
  const { file, columns: wanted } = workerData;
  const handle = openSync(file, 'r');
  try {
    const { parquetScan, parquetSchema, parquetMetadataAsync } = await import('hyparquet');
    const source = {
      byteLength: fstatSync(handle).size,
      slice(start, end = this.byteLength) {
        const bytes = new Uint8Array(Math.max(0, end - start));
        if (readSync(handle, bytes, 0, bytes.length, start) < bytes.length) throw new Error('it ends too early');
        return bytes.buffer;
      },
    };
    const metadata = await parquetMetadataAsync(source);
    const present = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = present.filter((name) => wanted === undefined || wanted.includes(name));
    send({ found: present });
    if (columns.length === 0) return;
    const { deserializeTCompactProtocol } = await import('hyparquet/src/thrift.js');
    requireSoundPages(source, metadata, columns, deserializeTCompactProtocol);
    const scan = await parquetScan({ file: source, metadata, columns, compressors: COMPRESSORS });
    // With an index of its pages a row group is read in parts; without one it is read whole.
    const step = hasPageIndex(metadata, columns) ? ROWS : Infinity;
    for (const { rowStart, rowEnd } of scan.ranges) {
      for (let from = rowStart; from < rowEnd; from += step) {
        const to = Math.min(rowEnd, from + step);
        const data = [];
        for (const column of columns) data.push(await scan.readColumn({ column, rowStart: from, rowEnd: to }));
        for (let row = 0; row < to - from; row += ROWS)
          sendRows(send, columns, data, row, Math.min(row + ROWS, to - from));
      }
    }
  } catch (error) {
    if (error instanceof Stopped) throw error;
    throw new Error(`can't be read as a Parquet file (${error.message})`, { cause: error });
  } finally {
    closeSync(handle);
  }
});

function hasPageIndex({ row_groups: groups }, columns) {
  return groups.every((group) =>
    group.columns
      .filter(({ meta_data: meta }) => meta && columns.includes(meta.path_in_schema[0]))
      .every(({ offset_index_offset: offset }) => offset !== undefined),
  );
}

function sendRows(send, columns, data, from, to) {
  const rows = [];
  for (let row = from; row < to; row += 1) {
    const object = {};
    columns.forEach((name, index) => (object[name] = plain(data[index][row])));
    rows.push(object);
  }
  send({ rows });
}
