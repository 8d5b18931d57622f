import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { graphqlAnswers } from './graphql';
import { recordStream, type WandbRecording } from './recording';

/** A server on 127.0.0.1 that answers W&B's clients and keeps what they send. */
export interface WandbServer {
  /** `http://127.0.0.1:PORT`, for WANDB_BASE_URL. */
  url: string;
  recording: WandbRecording;
  /** What the server is from now on: `down` cuts every connection, `failing` answers 500, `slow` waits before it answers. */
  behave(how: WandbServerBehaviour): void;
  close(): Promise<void>;
}

export type WandbServerBehaviour =
  | { as: 'well' }
  | { as: 'down' }
  | { as: 'failing'; /** Requests to fail; then it is well. */ requests: number }
  | { as: 'slow'; ms: number };

/**
 * Starts a recording server. It knows what `wandb sync` and `wandb beta sync` of 0.24 to 0.31, `@wandb/sdk` 0.5 and a
 * report's writer ask; to other GraphQL operations it answers with no data.
 *
 * @param port 0: any that is free.
 */
export async function startWandbServer(port = 0): Promise<WandbServer> {
  const recording: WandbRecording = { runs: {}, artifacts: [], views: [], requests: [] };
  let behaviour: WandbServerBehaviour = { as: 'well' };
  let url = '';
  const answers = graphqlAnswers(recording, () => url);
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const note = (what: string): void => void recording.requests.push(`${request.method} ${request.url} ${what}`);
    if (behaviour.as === 'down') {
      note('cut');
      request.socket.destroy();
      return;
    }
    if (behaviour.as === 'slow') await sleep(behaviour.ms);
    if (behaviour.as === 'failing' && behaviour.requests > 0) {
      behaviour.requests -= 1;
      note('500');
      response.writeHead(500).end('told to fail');
      return;
    }
    const { what, answer } = answerTo(request.url ?? '', body);
    note(`${what} 200`.trimStart());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  function answerTo(path: string, body: Buffer): { what: string; answer: unknown } {
    if (path === '/graphql') {
      const { query, variables } = JSON.parse(body.toString()) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      const operation = /^\s*(?:query|mutation)\s+(\w+)/m.exec(query)?.[1] ?? '';
      return { what: operation, answer: { data: answers[operation]?.(variables ?? {}) ?? {} } };
    }
    const stream = /^\/files\/[^/]+\/[^/]+\/([^/]+)\/file_stream$/.exec(path);
    const run = stream ? recording.runs[decodeURIComponent(stream[1]!)] : undefined;
    if (run) recordStream(run, JSON.parse(body.toString()) as Parameters<typeof recordStream>[1]);
    const upload = /^\/upload\/(run|artifact|manifest)\/([^/?]+)(?:\/([^?]+))?/.exec(path);
    if (upload) keepUpload(upload[1]!, upload[2]!, decodeURIComponent(upload[3] ?? ''), body.toString());
    return { what: '', answer: {} };
  }

  function keepUpload(kind: string, id: string, name: string, content: string): void {
    const artifact = recording.artifacts.find((at) => at.id === id);
    const run = recording.runs[id];
    if (kind === 'run' && run) run.files[name] = content;
    if (kind === 'artifact' && artifact) artifact.files[name] = content;
    if (kind === 'manifest' && artifact) artifact.manifest = JSON.parse(content) as unknown;
  }

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    recording,
    behave: (how) => void (behaviour = { ...how }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
