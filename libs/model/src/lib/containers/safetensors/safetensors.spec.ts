import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { openShardedSafetensors } from '../sharded-safetensors';
import { readSafetensors } from './safetensors-reader';
import { writeSafetensors } from './safetensors-writer';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tensors = new Map([
  ['a', { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 65504, -0, 2 ** -24) }],
  ['b.weight', { shape: [1], data: Float32Array.of(3) }],
  ['empty', { shape: [0, 4], data: new Float32Array() }],
]);

/** A file of any header text and data. */
function raw(name: string, header: string, data = Buffer.alloc(0)): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat([length, Buffer.from(header), data]));
  return file;
}

const entry = (changes: Record<string, unknown>) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes } });

const w = (offsets: number[], shape = [2]) => ({ dtype: 'F32', shape, data_offsets: offsets });

describe('safetensors', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('reads back what was written as %s', (dtype) => {
    const file = join(folder, 'x.safetensors');
    const exact = new Map(
      [...tensors].map(([name, tensor]) => [
        name,
        { ...tensor, data: tensor.data.map((v) => (dtype === 'BF16' ? Math.sign(v) : v)) },
      ]),
    );
    writeSafetensors(file, exact, dtype);
    const found = readSafetensors(file);
    expect([...found.keys()]).toEqual([...exact.keys()]);
    for (const [name, { shape, data }] of exact) expect(found.get(name)).toEqual({ shape, dtype, data });
  });

  it('writes equal tensors as equal bytes, with the data aligned to 8', () => {
    writeSafetensors(join(folder, 'x'), tensors);
    writeSafetensors(join(folder, 'y'), tensors);
    const bytes = readFileSync(join(folder, 'x'));
    expect(bytes.equals(readFileSync(join(folder, 'y')))).toBe(true);
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
  });

  it('leaves nothing behind when a tensor turns out to be wrong', () => {
    const wrong = new Map([['a', { shape: [3], data: new Float32Array(2) }]]);
    expect(() => writeSafetensors(join(folder, 'x'), wrong)).toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names file and tensor when the file is cut off', () => {
    const file = join(folder, 'x.safetensors');
    writeSafetensors(file, tensors);
    truncateSync(file, readFileSync(file).length - 6);
    expect(() => readSafetensors(file)).toThrow(/x\.safetensors: truncated: tensor "(a|b\.weight)" ends at byte/);
  });

  it.each([
    ['a header longer than the file', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123]), /truncated: the header/],
    ['an absurd header length', Buffer.alloc(16, 255), /names a header of/],
    [
      'a header of 2^60 bytes',
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 16, 123, 125]),
      /names a header of 1152921504606847000 bytes/,
    ],
    ['a file of three bytes', Buffer.alloc(3), /truncated: the header length/],
  ])('refuses %s', (_, bytes, message) => {
    const file = join(folder, 'x');
    writeFileSync(file, bytes);
    expect(() => readSafetensors(file)).toThrow(message);
    expect(() => readSafetensors(file)).toThrow(InputError);
  });

  it.each([
    ['a header that is not JSON', '{', /not JSON/],
    ['a list as header', '[]', /not a JSON object/],
    ['an unknown dtype', entry({ dtype: 'F3' }), /"w" has the unknown dtype "F3"/],
    ['a dtype from the prototype', entry({ dtype: 'toString' }), /unknown dtype/],
    ['a negative size', entry({ shape: [-2] }), /"w" has the shape \[-2\]/],
    ['offsets the wrong way round', entry({ data_offsets: [8, 0] }), /offsets \[8,0\]/],
    ['offsets that do not span the shape', entry({ shape: [3] }), /needs 12 bytes, its offsets span 8/],
    ['a shape far beyond the file', entry({ shape: [1e12], data_offsets: [0, 4e12] }), /truncated: tensor "w"/],
    [
      'a list nested without end as a shape',
      entry({ shape: 0 }).replace(':0', `:${'['.repeat(200_000)}${']'.repeat(200_000)}`),
      /its header is wrong \(found JSON of more than 3 levels/,
    ],
    [
      'sizes whose product is no number',
      entry({ shape: [2 ** 52, 2 ** 52, 0], data_offsets: [0, 8] }),
      /needs 0 bytes, its offsets span 8/,
    ],
    ['offsets that overlap', JSON.stringify({ a: w([0, 8]), b: w([4, 8], [1]) }), /tensor "b" overlaps another/],
    ['two tensors in one place', JSON.stringify({ a: w([0, 8]), b: w([0, 8]) }), /tensor "b" overlaps another/],
    [
      'bytes that belong to no tensor',
      JSON.stringify({ a: w([0, 4], [1]), b: w([6, 6], [0]) }),
      /2 bytes before tensor "b" belong to no tensor/,
    ],
    ['bytes after the last tensor', JSON.stringify({ a: w([0, 4], [1]) }), /\d+ bytes after the last tensor/],
    ['integers where weights are due', entry({ dtype: 'I32' }), /"w" has dtype I32/],
  ])('refuses %s', (_, header, message) => {
    expect(() => readSafetensors(raw('x', header, Buffer.alloc(8)))).toThrow(message);
  });

  it('reads float64', () => {
    const data = Buffer.from(Float64Array.of(0.5, -3).buffer);
    const file = raw('x', entry({ dtype: 'F64', data_offsets: [0, 16] }), data);
    expect(readSafetensors(file).get('w')!.data).toEqual(Float32Array.of(0.5, -3));
  });

  it('says when the file is missing', () => {
    expect(() => readSafetensors(join(folder, 'none'))).toThrow(/none: no such file/);
  });
});

describe('a sharded checkpoint', () => {
  const index = (map: unknown) => {
    const file = join(folder, 'model.safetensors.index.json');
    writeFileSync(file, JSON.stringify({ weight_map: map }));
    return file;
  };

  it.each(['../x.safetensors', '../../x', '/etc/passwd', 'a/b', 'a\\b', '..', '', 3])(
    'refuses the shard %p',
    (shard) => {
      expect(() => openShardedSafetensors(index({ a: shard }))).toThrow(/expected a file name without a path/);
    },
  );

  it('names the tensor that its shard lacks, and one that the index does not know', () => {
    writeSafetensors(join(folder, 's'), tensors);
    expect(() => openShardedSafetensors(index({ a: 's', c: 's' }))).toThrow(/has no tensor "c"/);
    expect(() => openShardedSafetensors(index({ a: 's', empty: 's' }))).toThrow(/tensors not in .*: b\.weight/);
  });

  it('names a shard that is missing or a folder', () => {
    expect(() => openShardedSafetensors(index({ a: 'gone' }))).toThrow(/gone: no such file/);
    mkdirSync(join(folder, 'dir'));
    expect(() => openShardedSafetensors(index({ a: 'dir' }))).toThrow(/dir: .*folder/);
    expect(() => openShardedSafetensors(index(null))).toThrow(/weight_map/);
  });
});
