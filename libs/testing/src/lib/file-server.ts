import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendContent } from './fake-hub';

/** A server on this machine that has files under the paths of their publishers; for specs. */
export interface FileServer {
  endpoint: string;
  /** By path, with its slash. */
  files: Map<string, Buffer>;
  /** Paths in the order of the requests, with the range where one was asked for. */
  requests: string[];
  /** Answers a request in another way when it returns true. */
  misbehave?: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): void;
}

/** @param options.vouches Whether each file's SHA-256 stands beside it, in `<file>.sha256`. Default true. */
export async function startFileServer({ vouches = true } = {}): Promise<FileServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!);
    const { range } = request.headers;
    files.requests.push(range === undefined ? path : `${path} ${range}`);
    if (files.misbehave?.(request, response)) return;
    const content = files.files.get(path);
    if (content !== undefined) return sendContent(request, response, content);
    const hashed = files.files.get(path.replace(/\.sha256$/, ''));
    if (hashed === undefined || !vouches) return void response.writeHead(404).end();
    response.end(`${createHash('sha256').update(hashed).digest('hex')}  file\n`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const files: FileServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    requests: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return files;
}
