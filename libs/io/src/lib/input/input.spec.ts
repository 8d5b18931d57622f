import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import createXxhash from 'xxhash-wasm';
import { InputError } from '../errors';
import { readLines } from './lines';
import { openRecords } from './records';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'tsarank-input-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array, name = 'input'): string {
  const target = join(folder, name);
  writeFileSync(target, content);
  return target;
}

const texts = (name: string): string[] => Array.from(readLines(name), ({ text }) => text);
const values = (name: string): [unknown, number][] =>
  Array.from(openRecords(name).values(), ({ value, line }) => [value, line]);

/** Made by `zstd -19` of the two lines. */
const COMPRESSED = Buffer.from(
  'KLUv/QRofQEAogIJD9DnoFIpyaFE7ReAadBZRhQuhqeeNYVYO7WfCzz1HMeaFNYXAgCumgGEJx5zuib8',
  'base64',
);
const LINES = ['one line of text', 'another line of the same text, and one line of text'];

/** A frame of blocks that are not compressed, at most `blockBytes` each. */
async function frame(content: string, { blockBytes = 1000, sum = 0n } = {}): Promise<Buffer> {
  const bytes = Buffer.from(content);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58])];
  for (let at = 0; at === 0 || at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | Number(at + blockBytes >= bytes.length), 0, 3);
    parts.push(header, block);
  }
  const check = Buffer.alloc(4);
  const { create64 } = await createXxhash();
  check.writeUInt32LE(Number((create64().update(bytes).digest() + sum) & 0xffffffffn));
  return Buffer.concat([...parts, check]);
}

const SKIPPED = Buffer.from([0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const MANY = Array.from({ length: 50_000 }, (_, line) => `line ${line} naïve 日本 😀`);

describe('archives', () => {
  it('are known by their first bytes, and members follow each other', () => {
    const [first, second] = [MANY.slice(0, 20_000), MANY.slice(20_000)].map((lines) =>
      gzipSync(`${lines.join('\r\n')}\r\n`),
    );
    const name = file(Buffer.concat([first!, second!, Buffer.alloc(512)]), 'named.txt');
    expect(texts(name)).toEqual(MANY);
    expect(texts(file(gzipSync(''), 'empty.gz'))).toEqual([]);
  });

  it('of Zstandard: compressed and plain blocks, several frames, frames to be skipped', async () => {
    expect(texts(file(COMPRESSED))).toEqual(LINES);
    const plain = await frame(`${MANY.join('\n')}\n`);
    expect(texts(file(Buffer.concat([SKIPPED, plain, SKIPPED, COMPRESSED])))).toEqual([...MANY, ...LINES]);
  });

  it('that are cut off or damaged are refused, wherever the damage is', async () => {
    const gz = gzipSync(MANY.join('\n'));
    const zst = await frame(MANY.join('\n'));
    const flipped = (bytes: Buffer, at: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 1;
      return copy;
    };
    const cases: [string, Buffer, string][] = [
      ['a cut member', gz.subarray(0, gz.length - 5), 'damaged gzip file (it ends too early)'],
      ['half a file', gz.subarray(0, gz.length >> 1), 'damaged gzip file (it ends too early)'],
      ['another check sum', flipped(gz, gz.length - 6), 'damaged gzip file (its check sum is another)'],
      [
        'a broken second member',
        Buffer.concat([gz, Buffer.from([0, 0x8b]), gz]),
        'damaged gzip file (bytes behind its end',
      ],
      ['text behind the end', Buffer.concat([gz, Buffer.from('hello')]), 'damaged gzip file'],
      ['a cut frame', zst.subarray(0, zst.length - 3), 'damaged Zstandard file (it ends too early)'],
      ['half a frame', zst.subarray(0, zst.length >> 1), 'damaged Zstandard file (it ends too early)'],
      ['a changed letter', flipped(zst, 1000), 'damaged Zstandard file (its check sum is another)'],
      ['another sum', await frame('text', { sum: 1n }), 'damaged Zstandard file (its check sum is another)'],
      ['a changed block', flipped(COMPRESSED, 20), 'damaged Zstandard file'],
      [
        'bytes behind the end',
        Buffer.concat([zst, Buffer.from('hello')]),
        'damaged Zstandard file (bytes that begin no frame)',
      ],
    ];
    for (const [what, bytes, message] of cases) {
      const name = file(bytes, what.replaceAll(' ', '-'));
      expect(() => texts(name)).toThrow(InputError);
      expect(() => texts(name)).toThrow(`${name}: ${message}`);
    }
  });

  it('of other than text are refused', () => {
    expect(() => texts(file(gzipSync(Buffer.alloc(2000))))).toThrow('found a gzip file of binary data, expected UTF-8');
    expect(() => texts(file(gzipSync(gzipSync('text'))))).toThrow('found a gzip file of a gzip file');
  });

  it('name the line of bytes that are no UTF-8', () => {
    const name = file(gzipSync(Buffer.from(`${'a\n'.repeat(700_000)}caf\xe9\nb\n`, 'latin1')));
    expect(() => texts(name)).toThrow(`${name}:700001: found bytes that are no UTF-8`);
  });

  it('are left when no more is taken, and others are read meanwhile', () => {
    const name = file(gzipSync(MANY.join('\n').repeat(20)), 'long.gz');
    const firsts = Array.from({ length: 5 }, () => {
      for (const { text } of readLines(name)) return text;
      return undefined;
    });
    expect(firsts).toEqual(Array(5).fill(MANY[0]));
    const [a, b] = [readLines(name), readLines(name)];
    for (let line = 0; line < 1000; line += 1) expect(a.next()).toEqual(b.next());
    a.return();
    b.return();
  });
});

describe('openRecords', () => {
  it.each([
    ['empty', '\uFEFF \r\n'],
    ['json', '\n  {"a":1}'],
    ['json', '[\n{"a":1}]'],
    ['json', '["a","b"]'],
    ['table', '1\ttext'],
  ])('tells the shape by the first bytes: %s', (shape, content) => {
    const source = openRecords(file(content));
    expect(source.shape).toBe(shape);
    source.close();
  });

  it('reads lines of objects and of lists, and one list of objects or several', () => {
    expect(values(file('{"a":1}\r\n\n{"a":2}'))).toEqual([
      [{ a: 1 }, 1],
      [{ a: 2 }, 3],
    ]);
    expect(values(file('["a","b"]\n["c"]\n'))).toEqual([
      [['a', 'b'], 1],
      [['c'], 2],
    ]);
    const list = '\uFEFF[\n {"a":"x, ]} \\" {["},\r\n {"a":[1,{"b":2}]},[3]\n, null, "s" ]\n[{"a":3}][]\n';
    expect(values(file(list))).toEqual([
      [{ a: 'x, ]} " {[' }, 2],
      [{ a: [1, { b: 2 }] }, 3],
      [[3], 3],
      [null, 4],
      ['s', 4],
      [{ a: 3 }, 5],
    ]);
    expect(values(file('[]'))).toEqual([]);
  });

  it('reads a list across pieces of an archive', () => {
    const objects = MANY.map((text, id) => ({ id, text }));
    expect(values(file(gzipSync(JSON.stringify(objects)))).map(([value]) => value)).toEqual(objects);
  });

  it.each([
    ['[{"a":1}', ':1: not JSON (the list has no end)'],
    ['[{"a":1}\n{"a":2}]', ':1: not JSON'],
    ['[{"a":1},\n]', ':2: not JSON (an item is missing)'],
    ['[,{"a":1}]', 'not JSON'],
    ['[{"a":1}]\nrest', ':2: not JSON (something behind the end of the list)'],
    ['[{"a":1},\n{"a":1,"a":2}]', ':2: field "a": found the key a second time'],
    ['[{"a":1},\n{"a":"caf\xe9"}]', ':2: found bytes that are no UTF-8'],
  ])('refuses a list that is none: %j', (content, message) => {
    const name = file(Buffer.from(content, 'latin1'));
    expect(() => values(name)).toThrow(InputError);
    expect(() => values(name)).toThrow(message);
  });

  it.each(['UNCOMPRESSED', 'SNAPPY'] as const)('reads the rows of a Parquet file, %s, some columns or all', (codec) => {
    const text = MANY.slice(0, 9000);
    const bytes = parquetWriteBuffer({
      codec,
      rowGroupSize: 5000,
      columnData: [
        { name: 'id', data: text.map((_, index) => BigInt(index)), type: 'INT64' },
        { name: 'text', data: text, type: 'STRING' },
        { name: 'other', data: text.map((_, index) => index / 2), type: 'DOUBLE' },
      ],
    });
    const name = file(new Uint8Array(bytes), 'rows.parquet');
    expect(openRecords(name).shape).toBe('parquet');
    const rows = Array.from(openRecords(name).values(['text', 'id', 'absent']));
    expect(rows).toEqual(text.map((each, id) => ({ value: { id, text: each }, line: id + 1 })));
    expect(values(name)[3]).toEqual([{ id: 3, text: text[3], other: 1.5 }, 4]);
    expect(() => [...openRecords(name).values(['absent'])]).toThrow(
      'found the columns id, text, other, expected some of',
    );
    const cut = file(new Uint8Array(bytes).subarray(0, bytes.byteLength - 100), 'cut.parquet');
    expect(() => values(cut)).toThrow(`${cut}: can't be read as a Parquet file`);
    expect(() => [...openRecords(name).lines()]).toThrow('found a Parquet file, expected UTF-8 text');
  });
});
