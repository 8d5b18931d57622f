import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { extractZip, readZipDirectory } from './zip';

/** A zip file written out by hand: local headers, central directory, end record. */
function zipOf(members: { name: string; content: string; deflated: boolean }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflated } of members) {
    const data = deflated ? deflateRawSync(content) : Buffer.from(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflated ? 8 : 0, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(Buffer.byteLength(content), 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), data);
    offset += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end, Buffer.from('')]);
}

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
  file = join(folder, 'a.zip');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('takes only what is wanted, stored and deflated, empty files too', async () => {
  const long = 'tensor '.repeat(10_000);
  writeFileSync(
    file,
    zipOf([
      { name: 'a/', content: '', deflated: false },
      { name: 'a/stored.txt', content: 'stored', deflated: false },
      { name: 'a/b/deflated.txt', content: long, deflated: true },
      { name: 'a/empty.txt', content: '', deflated: false },
      { name: 'other.txt', content: 'not wanted', deflated: true },
    ]),
  );
  expect(readZipDirectory(file).map(({ name, size }) => [name, size])).toContainEqual(['a/b/deflated.txt', 70_000]);
  expect(await extractZip(file, join(folder, 'out'), (name) => name.startsWith('a/'))).toBe(3);
  expect(readFileSync(join(folder, 'out/a/stored.txt'), 'utf8')).toBe('stored');
  expect(readFileSync(join(folder, 'out/a/b/deflated.txt'), 'utf8')).toBe(long);
  expect(readFileSync(join(folder, 'out/a/empty.txt'), 'utf8')).toBe('');
  expect(existsSync(join(folder, 'out/other.txt'))).toBe(false);
});

it('a member that leads out of the folder is refused', async () => {
  writeFileSync(file, zipOf([{ name: '../evil.txt', content: 'x', deflated: false }]));
  await expect(extractZip(file, join(folder, 'out'), () => true)).rejects.toThrow(/leads out of the folder/);
  expect(existsSync(join(folder, 'evil.txt'))).toBe(false);
});

it('a file that is no zip file is named', () => {
  writeFileSync(file, 'not a zip file');
  expect(() => readZipDirectory(file)).toThrow(`${file}: is no zip file`);
});
