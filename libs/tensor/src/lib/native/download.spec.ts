import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@tsarank/io';
import { download } from './download';
import { wheelFor, wheelUrl } from './wheel';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
let server: Server;
let base: string;
let folder: string;
let requests: IncomingHttpHeaders[];
/** Bytes after which the connection breaks, for the requests to come. */
let breaks: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  requests = [];
  breaks = [];
  server = createServer((request, response) => {
    requests.push(request.headers);
    if (request.url === '/tensorflow-cpu/') {
      const files = [{ filename: wheelFor('linux', 'x64').fileName, url: '../files/the.whl' }];
      return response.end(JSON.stringify({ files }));
    }
    if (request.url === '/missing/file') return response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    const until = breaks.shift();
    if (until === undefined) return response.end(content.subarray(from));
    response.write(content.subarray(from, from + until), () => setTimeout(() => response.destroy(), 50));
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

it('a broken download goes on where it stopped', async () => {
  breaks = [30_000, 20_000];
  const file = join(folder, 'sub', 'file');
  const seen: number[] = [];
  await download({ url: `${base}/file`, file, sha256: sha256(content), onProgress: (done) => seen.push(done) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=30000-', 'bytes=50000-']);
  expect(seen.at(-1)).toBe(content.length);
  expect(existsSync(`${file}.part`)).toBe(false);
});

it('the part of an earlier process is continued', async () => {
  const file = join(folder, 'file');
  writeFileSync(`${file}.part`, content.subarray(0, 99_000));
  await download({ url: `${base}/file`, file, sha256: sha256(content) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(requests[0]!.range).toBe('bytes=99000-');
});

it('a file that is there is not asked for', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, content);
  await download({ url: `${base}/file`, file, sha256: sha256(content) });
  expect(requests).toEqual([]);
});

it('wrong bytes are refused and removed', async () => {
  const file = join(folder, 'file');
  await expect(download({ url: `${base}/file`, file, sha256: 'abc' })).rejects.toThrow(
    /wrong content: SHA-256 .*expected abc/,
  );
  expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);
});

it('a server without the file, a silent one and no server are errors that name the address', async () => {
  const file = join(folder, 'file');
  const options = { file, sha256: 'abc', attempts: 1 };
  await expect(download({ ...options, url: `${base}/missing/file` })).rejects.toThrow(
    /missing\/file failed: HTTP status 404/,
  );
  breaks = [10];
  await expect(download({ ...options, url: `${base}/file`, idleMs: 10 })).rejects.toThrow(/nothing arrived for 0.01 s/);
  await expect(download({ ...options, url: 'http://127.0.0.1:9/file' })).rejects.toThrow(/127.0.0.1:9\/file failed/);
});

it("a wheel's address comes from the index's page, relative ones too", async () => {
  expect(await wheelUrl(wheelFor('linux', 'x64'), `${base}/`)).toBe(`${base}/files/the.whl`);
  expect(requests[0]!.accept).toBe('application/vnd.pypi.simple.v1+json');
});

it('an index without the wheel, and none at all, are errors', async () => {
  await expect(wheelUrl({ ...wheelFor('linux', 'x64'), fileName: 'other.whl' }, base)).rejects.toThrow(
    'has no other.whl',
  );
  await expect(wheelUrl(wheelFor('linux', 'x64'), 'http://127.0.0.1:9')).rejects.toThrow(/index can't be read/);
});

it('a platform without a library is named', () => {
  expect(() => wheelFor('sunos', 'sparc')).toThrow(/no TensorFlow library to build against for sunos sparc/);
});
