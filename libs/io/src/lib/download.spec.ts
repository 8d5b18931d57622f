import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from './download';
import { sha256 } from './hash';
import { HttpStatusError, withRetries } from './retries';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
let server: Server;
let base: string;
let folder: string;
let requests: IncomingHttpHeaders[];
/** Bytes after which the connection breaks, for the requests to come. */
let breaks: number[];
/** HTTP statuses for the requests to come. */
let refusals: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  requests = [];
  breaks = [];
  refusals = [];
  server = createServer((request, response) => {
    requests.push(request.headers);
    const refusal = refusals.shift();
    if (refusal !== undefined) return response.writeHead(refusal, { 'retry-after': '0' }).end('later');
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
  await download({
    url: `${base}/file`,
    file,
    sha256: sha256(content),
    pauseMs: 1,
    onProgress: (done) => seen.push(done),
  });
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
  await expect(download({ ...options, url: `${base}/missing/file` })).rejects.toThrow(/missing\/file: HTTP status 404/);
  breaks = [10];
  await expect(download({ ...options, url: `${base}/file`, idleMs: 10 })).rejects.toThrow(
    /less than 1024 bytes arrived in 0.01 s/,
  );
  await expect(download({ ...options, url: 'http://127.0.0.1:9/file' })).rejects.toThrow(/127.0.0.1:9\/file failed/);
});

it('more breaks than attempts do no harm while each try brings something', async () => {
  breaks = [10_000, 10_000, 10_000, 10_000];
  const file = join(folder, 'file');
  await download({ url: `${base}/file`, file, sha256: sha256(content), size: content.length, attempts: 2, pauseMs: 1 });
  expect(readFileSync(file).equals(content)).toBe(true);
});

it('a busy or troubled server is asked again, and given up in the end', async () => {
  refusals = [429, 503];
  const lines: string[] = [];
  const file = join(folder, 'file');
  const options = {
    url: `${base}/file`,
    file,
    sha256: sha256(content),
    pauseMs: 1,
    onRetry: (line: string) => lines.push(line),
  };
  await download(options);
  expect(lines).toEqual([
    expect.stringContaining('HTTP status 429; trying again'),
    expect.stringContaining('HTTP status 503'),
  ]);
  refusals = [500, 500, 500];
  await expect(download({ ...options, file: join(folder, 'other') })).rejects.toThrow(/\/file: HTTP status 500/);
});

it('what an earlier process left damaged is fetched afresh', async () => {
  const file = join(folder, 'file');
  writeFileSync(`${file}.part`, Buffer.alloc(500));
  await download({ url: `${base}/file`, file, sha256: sha256(content) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(requests.map(({ range }) => range)).toEqual(['bytes=500-', undefined]);
});

it('small files are checked by the name git gives them', async () => {
  const file = join(folder, 'file');
  const gitSha1 = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  await download({ url: `${base}/file`, file, gitSha1 });
  expect(readFileSync(file).equals(content)).toBe(true);
  await expect(download({ url: `${base}/file`, file: `${file}2`, gitSha1: 'abc' })).rejects.toThrow(
    /git SHA-1 .*expected abc/,
  );
});

it('pauses are at least as long as the server asks for, and none is longer than allowed', async () => {
  const started = performance.now();
  let tries = 0;
  await withRetries(async () => {
    if (++tries < 2) throw new HttpStatusError('http://x', 429, 80);
  });
  expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  const asksForAnHour = (): Promise<void> => Promise.reject(new HttpStatusError('http://x', 429, 3_600_000));
  await expect(withRetries(asksForAnHour)).rejects.toThrow('HTTP status 429');
});

it('a server that brings a byte now and then is given up, however long it goes on', async () => {
  const slow = createServer((_, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 });
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/slow`;
  const options = { url, file: join(folder, 'slow'), sha256: 'abc', attempts: 2, pauseMs: 1, idleMs: 60 };
  await expect(download(options)).rejects.toThrow(/slow failed: less than 1024 bytes arrived in 0.06 s/);
  slow.closeAllConnections();
  slow.close();
});
