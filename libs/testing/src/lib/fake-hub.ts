import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake Hub saw it. */
export interface SeenRequest {
  path: string;
  range?: string;
  authorization?: string;
}

/** A server on this machine that answers as the Hub does, and misbehaves as it is told; for specs. */
export interface FakeHub {
  endpoint: string;
  commit: string;
  requests: SeenRequest[];
  /** Answers a request in another way when it returns true. */
  misbehave?: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): void;
}

export const REPOSITORY = 'org/name';

/** @param large Names of the files that Git LFS keeps. */
export async function startFakeHub(
  files: Readonly<Record<string, Buffer>>,
  large: readonly string[],
): Promise<FakeHub> {
  const commit = 'c0ffee'.padEnd(40, '0');
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.replace(/\?.*/, ''));
    const { range, authorization } = request.headers;
    hub.requests.push({ path, ...(range ? { range } : {}), ...(authorization ? { authorization } : {}) });
    if (hub.misbehave?.(request, response)) return;
    if (path.startsWith(`/api/models/${REPOSITORY}/revision/`)) return json(response, { id: REPOSITORY, sha: commit });
    const tree = `/api/models/${REPOSITORY}/tree/${commit}`;
    if (path.startsWith(tree)) return json(response, listing(files, large, path.slice(tree.length + 1)));
    const content = files[path.replace(`/${REPOSITORY}/resolve/${commit}/`, '')];
    if (content === undefined) return void response.writeHead(404).end();
    sendContent(request, response, content);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commit,
    requests: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return hub;
}

/** The rest of a file from where the request wants it, broken off after `until` bytes. */
export function sendContent(request: IncomingMessage, response: ServerResponse, content: Buffer, until?: number): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from, ...(from > 0 ? range : {}) });
  if (until === undefined) response.end(content.subarray(from));
  else response.write(content.subarray(from, from + until), () => setTimeout(() => response.destroy(), 30));
}

function listing(files: Readonly<Record<string, Buffer>>, large: readonly string[], folder: string): unknown[] {
  return Object.entries(files)
    .filter(([path]) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '') === folder)
    .map(([path, content]) => {
      const { length: size } = content;
      const oid = createHash('sha1').update(`blob ${size}\0`).update(content).digest('hex');
      const lfs = { oid: createHash('sha256').update(content).digest('hex'), size, pointerSize: 135 };
      return { type: 'file', path, size, oid, ...(large.includes(path) ? { lfs } : {}) };
    });
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
