import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { blockFormats } from './gguf-blocks';
import { openGguf } from './gguf-source';
import { readSafetensors } from '../safetensors/safetensors-reader';

const reference = resolve(__dirname, '../../../../../../test/reference');
const whole = readFileSync(join(reference, 'llama-tied/model.gguf'));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gguf-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The reference file with some bytes replaced. */
function changed(change: (bytes: Buffer) => Buffer | void): string {
  const bytes = Buffer.from(whole);
  const file = join(folder, 'x.gguf');
  writeFileSync(file, change(bytes) ?? bytes);
  return file;
}

describe('GGUF', () => {
  it.each(Object.keys(blockFormats))('unpacks %s to the values of the reference, bit for bit', (format) => {
    const source = openGguf(join(reference, 'gguf-blocks/blocks.gguf'));
    const expected = readSafetensors(join(reference, 'gguf-blocks/expected.safetensors')).get(format)!;
    expect(source.entries.get(format)).toMatchObject({ dtype: format, shape: expected.shape });
    expect(source.read(format)).toEqual(expected.data);
    source.close();
  });

  it('reads metadata of every kind in use', () => {
    const { metadata, close } = openGguf(join(reference, 'llama-tied/model.gguf'));
    close();
    expect(metadata).toMatchObject({
      'general.architecture': 'llama',
      'llama.block_count': 2,
      'llama.rope.freq_base': 500,
    });
    expect(metadata['tokenizer.ggml.tokens']).toContain('<|im_end|>');
  });

  it.each<[string, (bytes: Buffer) => Buffer | void, RegExp]>([
    ['a bad magic', (bytes) => void bytes.write('GGML'), /x\.gguf: not a GGUF file: magic "GGML"/],
    ['an empty file', () => Buffer.alloc(0), /truncated: the header/],
    ['version 1', (bytes) => void bytes.writeUInt32LE(1, 4), /GGUF version 1, expected 2 or 3/],
    ['big endian', (bytes) => void bytes.writeUInt32BE(3, 4), /big-endian/],
    [
      'an absurd count of tensors',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 62n, 8),
      /tensors at byte 8, more than/,
    ],
    ['an absurd count of values', (bytes) => void bytes.writeBigUInt64LE(999_999n, 16), /metadata values at byte 16/],
    [
      'an absurd length of a key',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 63n, 24),
      /bytes of a string at byte 24/,
    ],
    ['a file cut in its header', (bytes) => bytes.subarray(0, 500), /damaged or truncated|truncated: the header/],
    ['a file cut in its data', (bytes) => bytes.subarray(0, -9), /truncated: tensor "[\w.]+" ends at byte/],
    [
      'an unknown type of value',
      (bytes) => void bytes.writeUInt32LE(77, 24 + 8 + Number(bytes.readBigUInt64LE(24))),
      /unknown type 77/,
    ],
  ])('refuses %s', (_, change, message) => {
    const file = changed(change);
    expect(() => openGguf(file)).toThrow(message);
    expect(() => openGguf(file)).toThrow(InputError);
  });

  /** Where the place of a tensor is written, after its name: dimensions, sizes, type, offset. */
  const placeOf = (bytes: Buffer, name: string) => bytes.indexOf(name) + name.length;
  const twoSizes = 4 + 2 * 8;

  it.each<[string, (bytes: Buffer) => void, RegExp]>([
    [
      'an absurd count of dimensions',
      (bytes) => bytes.writeUInt32LE(2 ** 31, placeOf(bytes, 'token_embd.weight')),
      /"token_embd\.weight" has 2147483648 dimensions/,
    ],
    [
      'an absurd size',
      (bytes) => bytes.writeBigUInt64LE(2n ** 63n, placeOf(bytes, 'token_embd.weight') + 4),
      /has the shape \[300,9223372036854776000\]/,
    ],
    [
      'sizes whose product is absurd',
      (bytes) => bytes.writeBigUInt64LE(2n ** 40n, placeOf(bytes, 'token_embd.weight') + 4),
      /truncated: tensor "token_embd/,
    ],
    [
      'an absurd offset',
      (bytes) => bytes.writeBigUInt64LE(2n ** 62n, placeOf(bytes, 'token_embd.weight') + twoSizes + 4),
      /truncated: tensor "token_embd/,
    ],
    [
      'an offset between two places',
      (bytes) => bytes.writeBigUInt64LE(3n, placeOf(bytes, 'token_embd.weight') + twoSizes + 4),
      /expected a multiple of 32/,
    ],
    [
      'tensors that overlap',
      (bytes) => bytes.writeBigUInt64LE(0n, placeOf(bytes, 'blk.1.ffn_down.weight') + twoSizes + 4),
      /tensor "[\w.]+" overlaps another/,
    ],
    [
      'two tensors of one name',
      (bytes) => bytes.write('blk.0.ffn_down.weight', bytes.indexOf('blk.1.ffn_down.weight')),
      /two tensors "blk\.0\.ffn_down\.weight"/,
    ],
    [
      'an absurd list',
      (bytes) => bytes.writeBigUInt64LE(2n ** 60n, placeOf(bytes, 'tokenizer.ggml.merges') + 8),
      /items of "tokenizer\.ggml\.merges" at byte/,
    ],
    [
      'a list in a list',
      (bytes) => bytes.writeUInt32LE(9, placeOf(bytes, 'tokenizer.ggml.merges') + 4),
      /is a list of the unknown type 9/,
    ],
    [
      'a string longer than the file',
      (bytes) => bytes.writeBigUInt64LE(2n ** 60n, placeOf(bytes, 'tokenizer.ggml.merges') + 16),
      /bytes of a string/,
    ],
  ])('refuses %s', (_, change, message) => {
    const file = changed((bytes) => void change(bytes));
    expect(() => openGguf(file)).toThrow(message);
    expect(() => openGguf(file)).toThrow(InputError);
  });

  it('takes a key "__proto__" for a key', () => {
    const list = Buffer.alloc(24 + 8 + 9 + 4 + 4 + 8);
    list.write('GGUF');
    list.writeUInt32LE(3, 4);
    list.writeBigUInt64LE(1n, 16);
    list.writeBigUInt64LE(9n, 24);
    list.write('__proto__', 32);
    list.writeUInt32LE(9, 41);
    list.writeUInt32LE(4, 45);
    const { metadata, close } = openGguf(changed(() => list));
    close();
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.keys(metadata)).toEqual(['__proto__']);
  });

  it('names the quantization that it does not read', () => {
    const name = Buffer.from('token_embd.weight');
    const file = changed((bytes) => void bytes.writeUInt32LE(10, bytes.indexOf(name) + name.length + 4 + 16));
    expect(() => openGguf(file)).toThrow(/tensor "token_embd\.weight" has the quantization type 10, expected F32/);
  });
});
