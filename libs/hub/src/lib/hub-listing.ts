import { InputError, requireSuccess, withRetries } from '@tsarank/io';
import type { RetryOptions } from '@tsarank/io';
import type { HubName } from './hub-name';
import type { HubSettings } from './hub-settings';

/** A file of a repository at one commit. */
export interface HubFile {
  path: string;
  size: number;
  /** SHA-256 of the content where Git LFS keeps it, else git's name of it; also its name among the cache's blobs. */
  hash: string;
  kind: 'sha256' | 'gitSha1';
}

export interface HubListing {
  commit: string;
  files: HubFile[];
}

/** A page of the Hub lists a thousand files; no model has so many. */
const MOST_PAGES = 100;
const MOST_FILES = 20_000;
const MOST_PAGE_BYTES = 8 * 2 ** 20;

/**
 * The commit that a revision stands for, and the files there with their hashes.
 *
 * @throws {HttpStatusError} when the Hub refuses.
 * @throws {InputError} when its answer makes no sense.
 */
export async function listHubFiles(name: HubName, settings: HubSettings, retry: RetryOptions): Promise<HubListing> {
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const shared = { hubUrl: settings.endpoint, fetch: hubFetch(settings, retry) };
  const { repository, revision, file } = name;
  const { sha: commit } = await modelInfo({ ...shared, name: repository, revision, additionalFields: ['sha'] });
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw senseless(settings, `commit ${JSON.stringify(commit)}`, '40 hexadecimal digits');
  const files: HubFile[] = [];
  const path = file?.includes('/') ? file.slice(0, file.lastIndexOf('/')) : undefined;
  for await (const entry of listFiles({ ...shared, repo: repository, revision: commit, path })) {
    if (entry.type === 'file') files.push(hubFile(entry, settings));
    if (files.length > MOST_FILES) throw senseless(settings, `more than ${MOST_FILES} files`, 'those of one model');
  }
  return { commit, files };
}

/** Headers of a request; the token goes to the endpoint alone, and `fetch` drops it where it is sent on to another host. */
export function hubHeaders({ token, login, endpoint }: HubSettings, url: string): Record<string, string> {
  const isOwn = new URL(url).origin === new URL(endpoint).origin;
  const bearer = token === undefined ? undefined : `Bearer ${token}`;
  const authorization = isOwn ? (bearer ?? login) : undefined;
  return { 'user-agent': 'tsarank', ...(authorization ? { authorization } : {}) };
}

function hubFetch(settings: HubSettings, retry: RetryOptions): typeof fetch {
  let requests = 0;
  return (input) => {
    const url = String(input);
    if ((requests += 1) > MOST_PAGES) throw senseless(settings, `more than ${MOST_PAGES} pages`, 'a listing that ends');
    return withRetries(async () => {
      const signal = AbortSignal.timeout(30_000);
      const response = await requireSuccess(await fetch(url, { headers: hubHeaders(settings, url), signal }), url);
      // Read within the try: a connection that breaks here is tried again too.
      return new Response(await boundedBody(response, settings), {
        status: response.status,
        headers: plainHeaders(response),
      });
    }, retry);
  };
}

/** A page as it is unpacked: a few kilobytes of gzip may stand for gigabytes. */
async function boundedBody(response: Response, settings: HubSettings): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > MOST_PAGE_BYTES) throw senseless(settings, `a page above ${MOST_PAGE_BYTES} bytes`, 'a list of files');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Those that describe the packed bytes are left out. */
function plainHeaders({ headers }: Response): Headers {
  const plain = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) plain.delete(name);
  return plain;
}

function hubFile(
  { path, size, oid, lfs }: { path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
  settings: HubSettings,
): HubFile {
  const hash = (lfs?.oid ?? oid ?? '').replace(/^sha256:/, '');
  const isPath = !/(^|[/\\])\.*([/\\]|$)|[\0:]/.test(path);
  if (!isPath || !(size >= 0))
    throw senseless(settings, `a file ${JSON.stringify(path)} of ${size} bytes`, 'a path inside the repository');
  if (!(lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash))
    throw senseless(settings, `hash ${JSON.stringify(hash)} of ${path}`, 'SHA-256 or git SHA-1');
  return { path, size: lfs?.size ?? size, hash, kind: lfs ? 'sha256' : 'gitSha1' };
}

function senseless({ endpoint }: HubSettings, found: string, expected: string): InputError {
  return new InputError({ file: endpoint, message: 'the answer makes no sense', found, expected });
}
