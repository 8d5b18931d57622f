import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InputError, WorkError } from './errors';
import { canonicalJson, sha256, sha256File } from './hash';
import { acquireLock, waitForLock } from './lock';
import { readJsonLines } from './input/lines';
import { readJson, readText } from './read';
import { destinationOf, publishDirectory, writeFileAtomic } from './write';

const execFileAsync = promisify(execFile);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-io-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('reading', () => {
  it('gives each line its number, passing over empty lines, CRLF and a byte order mark', () => {
    const file = join(folder, 'a.jsonl');
    writeFileSync(file, '\uFEFF{"a":1}\r\n\r\n{"a":2}\n');
    expect(readJsonLines(file)).toEqual([
      { value: { a: 1 }, line: 1 },
      { value: { a: 2 }, line: 3 },
    ]);
  });

  it('names file and line of broken JSON', () => {
    const file = join(folder, 'a.jsonl');
    writeFileSync(file, '{}\n{}\n{"a":\n');
    expect(() => readJsonLines(file)).toThrow(`${file}:3: not JSON`);
  });

  it('names a missing file, a folder, an empty file, and a file that is not JSON', () => {
    expect(() => readText(join(folder, 'none'))).toThrow('none: no such file');
    expect(() => readText(folder)).toThrow('is a folder');
    writeFileSync(join(folder, 'empty'), '');
    expect(() => readJsonLines(join(folder, 'empty'))).toThrow('found an empty file');
    expect(() => readJson(join(folder, 'empty'))).toThrow(InputError);
  });
});

describe('writing', () => {
  it('makes parent folders and leaves nothing beside the file', () => {
    writeFileAtomic(join(folder, 'x/y.txt'), 'text');
    expect(readFileSync(join(folder, 'x/y.txt'), 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'x'))).toEqual(['y.txt']);
  });

  it('says when a place cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeFileAtomic(join(folder, 'file/below'), 'x')).toThrow(InputError);
  });

  it('says so at once where the parent exists and refuses every entry', () => {
    if (!existsSync('/proc/self')) return console.warn('skipped: no /proc on this system');
    expect(() => writeFileAtomic('/proc/none/below/x.txt', 'x')).toThrow(InputError);
    expect(() => acquireLock('/proc/none')).toThrow("can't be written");
  });

  it('publishes a folder whole, replacing an older one', async () => {
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, 'model/old'), '');
    await publishDirectory(join(folder, 'model'), (temporary) => writeFileSync(join(temporary, 'new'), ''));
    expect(readdirSync(join(folder, 'model'))).toEqual(['new']);
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('keeps the older folder and nothing else when filling fails', async () => {
    mkdirSync(join(folder, 'model'));
    const failing = publishDirectory(join(folder, 'model'), () => {
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(readdirSync(folder)).toEqual(['model']);
  });
});

describe('hashes', () => {
  it('equal values give equal text, whatever the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[1,{"d":1}]}');
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
  });

  it('a file hashes as its bytes', () => {
    writeFileSync(join(folder, 'a'), 'abc');
    expect(sha256File(join(folder, 'a'))).toBe(sha256('abc'));
    expect(sha256('abc')).toMatch(/^ba7816bf/);
  });
});

describe('acquireLock', () => {
  it('refuses a folder that a living process holds, by name, and frees it again', () => {
    const lock = acquireLock(folder);
    expect(() => acquireLock(folder)).toThrow(WorkError);
    expect(() => acquireLock(folder)).toThrow(`process ${process.pid}`);
    lock.release();
    acquireLock(folder).release();
    expect(existsSync(join(folder, '.lock'))).toBe(false);
  });

  it('takes over from a process that no longer lives', () => {
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    acquireLock(folder).release();
  });

  it('takes over from a process whose number another one has now', () => {
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: process.pid, host: hostname(), start: '1' }));
    acquireLock(folder).release();
  });

  it('refuses a damaged lock, whose holder may be alive, and says what to do', async () => {
    for (const text of ['', '{', '{"pid":"1"}', 'null']) {
      writeFileSync(join(folder, '.lock'), text);
      expect(() => acquireLock(folder)).toThrow('found a damaged lock');
      await expect(waitForLock(folder, { waitMs: 10 })).rejects.toThrow('remove the file if nothing uses this folder');
    }
  });

  it('releases only its own: one that was taken over stays', () => {
    const lock = acquireLock(folder);
    const other = JSON.stringify({ pid: process.pid, host: hostname(), token: 'abc' });
    writeFileSync(join(folder, '.lock'), other);
    lock.release();
    expect(readFileSync(join(folder, '.lock'), 'utf8')).toBe(other);
  });

  it('leaves nothing else behind, also after a take-over', () => {
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'abc' }));
    acquireLock(folder).release();
    expect(readdirSync(folder).filter((name) => name.startsWith('.lock'))).toEqual([]);
  });

  it('leaves the lock of another machine, until it is watched without a sign of life', async () => {
    const lock = join(folder, '.lock');
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    expect(() => acquireLock(folder)).toThrow('process 1 on elsewhere');
    const beats = setInterval(() => utimesSync(lock, new Date(), new Date()), 50);
    await expect(waitForLock(folder, { waitMs: 500, staleMs: 400 })).rejects.toThrow('elsewhere');
    clearInterval(beats);
    (await waitForLock(folder, { waitMs: 10_000, staleMs: 300 })).release();
    expect(existsSync(lock)).toBe(false);
  });
});

describe('writeFileAtomic on what is no regular file', () => {
  it('writes through a pipe, which stays', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = execFileAsync('cat', [pipe]);
    // The writer waits for the reader, so that it has to be another process.
    const writer = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, 'write.ts'))}).writeFileAtomic(${JSON.stringify(pipe)}, 'text');`;
    await execFileAsync(process.execPath, ['-e', writer]);
    expect((await reader).stdout).toBe('text');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('follows links, also where nothing is there yet, and leaves them', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real/file', join(folder, 'link'));
    symlinkSync('link', join(folder, 'chain'));
    writeFileAtomic(join(folder, 'chain'), 'first');
    writeFileAtomic(join(folder, 'link'), 'second');
    expect(readFileSync(join(folder, 'real/file'), 'utf8')).toBe('second');
    expect(lstatSync(join(folder, 'chain')).isSymbolicLink()).toBe(true);
    symlinkSync('real', join(folder, 'models'));
    await publishDirectory(join(folder, 'models'), (place) => writeFileSync(join(place, 'a'), 'new'));
    expect(lstatSync(join(folder, 'models')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'real'))).toEqual(['a']);
  });

  it('knows what is written through, and refuses folders and circles of links', () => {
    expect(destinationOf('/dev/null')).toEqual({ kind: 'device', place: '/dev/null' });
    expect(['-', '/dev/stdout', '/dev/fd/7', '/proc/self/fd/2'].map(destinationOf)).toEqual(
      [1, 1, 7, 2].map((handle) => ({ kind: 'open', handle })),
    );
    expect(() => destinationOf(folder)).toThrow('found a folder, expected a file, a pipe, or - for standard output');
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(() => destinationOf(join(folder, 'a'))).toThrow('too many links');
  });
});
