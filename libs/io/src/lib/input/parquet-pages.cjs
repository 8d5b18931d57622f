// The library that reads Parquet trusts the sizes that pages give of themselves: a page of a negative size makes it read in
// circles, one of huge numbers fills memory. So they are checked first; only headers are looked at.

/** Values of a page, and bytes of one: writers make pages of about a megabyte. */
const MOST = 2 ** 30;

const isSize = (number) => Number.isInteger(number) && number >= 0 && number < MOST;

/**
 * Throws when a page of the columns reaches beyond its chunk of the file, or holds more values than its rows can have.
 *
 * @param source `{ byteLength, slice(start, end) }`.
 * @param deserialize Reads a Thrift structure and moves the reader behind it.
 */
function requireSoundPages(source, { row_groups: groups }, columns, deserialize) {
  for (const { columns: chunks, num_rows: groupRows } of groups) {
    if (groupRows < 0n || groupRows > BigInt(MOST)) throw new Error(`a row group of ${groupRows} rows`);
    for (const { meta_data: meta } of chunks) {
      if (!meta || !columns.includes(meta.path_in_schema[0])) continue;
      const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const end = start + Number(meta.total_compressed_size);
      if (!(start >= 4 && end >= start && end <= source.byteLength))
        throw new Error('columns beyond the end of the file');
      requireSoundChunk(new DataView(source.slice(start, end)), Number(meta.num_values), deserialize);
    }
  }
}

function requireSoundChunk(view, values, deserialize) {
  const reader = { view, offset: 0 };
  let seen = 0;
  while (reader.offset < view.byteLength - 1 && seen < values) {
    const {
      field_2: bytes,
      field_3: compressed,
      field_5: data,
      field_7: dictionary,
      field_8: second,
    } = deserialize(reader);
    const count = (data ?? dictionary ?? second)?.field_1;
    // A page of the second version says besides how many nulls and rows it has, and how long its levels are.
    const [nulls, rows, levels, repeats] = second
      ? [second.field_2, second.field_3, second.field_5, second.field_6]
      : [0, 0, 0, 0];
    const isSound =
      [bytes, compressed, count, nulls, rows, levels, repeats].every(isSize) && levels + repeats <= compressed;
    reader.offset += isSound ? compressed : 0;
    if (!isSound || reader.offset > view.byteLength) throw new Error('a page of impossible size');
    if (dictionary === undefined) {
      if (count === 0 && compressed === 0) throw new Error('a page without values');
      seen += count;
    }
  }
  if (seen !== values) throw new Error('pages of other values than the columns have');
}

module.exports = { requireSoundPages };
