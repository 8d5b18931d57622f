import { existsSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { download, InputError, makeDirectory, waitForLock, WorkError } from '@tsarank/io';
import type { RetryOptions } from '@tsarank/io';
import { HubCache, isCommit } from './hub-cache';
import { hubFailure } from './hub-failure';
import { hubHeaders, listHubFiles } from './hub-listing';
import type { HubFile } from './hub-listing';
import { parseHubName } from './hub-name';
import type { HubName } from './hub-name';
import type { HubSettings } from './hub-settings';
import { isComplete, neededFiles } from './model-files';

export interface FetchModelOptions {
  settings: HubSettings;
  /** Bytes that are there, of those the model needs. */
  onProgress?: (done: number, total: number) => void;
  /** Told what goes on: pauses, a cached copy used in the Hub's absence. */
  log?: (line: string) => void;
  /** How often and how soon a failed request is made again. Default 5 tries, from half a second on. */
  retry?: Pick<RetryOptions, 'attempts' | 'pauseMs' | 'longestPauseMs'>;
  /** How long to wait for another process that fetches the same model. Default a day. */
  lockWaitMs?: number;
}

const DAY_MS = 86_400_000;

/**
 * A published model in the cache, fetched as far as it isn't there. Each file is resumed, checked by the hash that the Hub
 * names, and appears in the snapshot only when all are whole. A commit that is there is not asked for again; a branch or tag is
 * looked up each time, and when the Hub can't be reached the copy that is there serves.
 *
 * @param name `hf:org/name@revision`, or `hf:org/name/file.gguf@revision`.
 * @returns The snapshot's folder, or the file in it.
 * @throws {InputError} when there is no such model, or it may not be read.
 * @throws {WorkError} when it can't be had, or what came has another hash.
 */
export async function fetchModel(name: string, options: FetchModelOptions): Promise<string> {
  const parsed = parseHubName(name);
  const { settings, log = () => undefined } = options;
  const cache = new HubCache(settings, parsed);
  const kept = cachedModel(parsed, settings);
  if (settings.offline) {
    if (kept !== undefined) return kept;
    throw new WorkError(
      `${name} is not in ${settings.cacheDirectory}, and HF_HUB_OFFLINE is set; unset it, or run \`tsarank fetch ${name}\` elsewhere and copy ${cache.folder}`,
    );
  }
  if (kept !== undefined && isCommit(parsed.revision)) return kept;
  const retry: RetryOptions = { attempts: 5, ...options.retry, onRetry: log };
  let listing;
  try {
    listing = await listHubFiles(
      parsed,
      settings,
      kept === undefined ? retry : { ...retry, attempts: Math.min(2, retry.attempts!) },
    );
  } catch (error) {
    const failure = hubFailure(error, parsed, settings);
    if (kept === undefined || failure instanceof InputError) throw failure;
    log(`${failure.message}; using ${kept}`);
    return kept;
  }
  const { commit, files } = listing;
  const wanted = wantedFiles(parsed, files);
  const lock = await waitForLock(
    join(settings.cacheDirectory, '.locks', `models--${parsed.repository.replaceAll('/', '--')}`),
    {
      waitMs: options.lockWaitMs ?? DAY_MS,
    },
  );
  try {
    requireSpace(cache, wanted);
    await fetchBlobs(parsed, commit, wanted, cache, { ...options, retry });
    for (const { path, hash } of wanted) cache.link(commit, path, hash);
    cache.setCommit(parsed.revision, commit);
  } finally {
    lock.release();
  }
  const snapshot = cache.snapshot(commit);
  return parsed.file === undefined ? snapshot : join(snapshot, ...parsed.file.split('/'));
}

/**
 * Where a model lies in the cache as it was last fetched; undefined where it isn't, or not whole. Asks nothing of the network.
 *
 * @throws {InputError} when the name isn't of the form.
 */
export function cachedModel(name: string | HubName, settings: HubSettings): string | undefined {
  const parsed = typeof name === 'string' ? parseHubName(name) : name;
  const cache = new HubCache(settings, parsed);
  const commit = cache.commitOf(parsed.revision);
  if (commit === undefined) return undefined;
  const snapshot = cache.snapshot(commit);
  if (parsed.file === undefined) return isComplete(snapshot) ? snapshot : undefined;
  const file = join(snapshot, ...parsed.file.split('/'));
  return existsSync(file) ? file : undefined;
}

function wantedFiles(name: HubName, files: readonly HubFile[]): HubFile[] {
  const paths = files.map(({ path }) => path);
  if (name.file !== undefined && !paths.includes(name.file)) {
    const found = paths.filter((path) => path.endsWith('.gguf')).join(', ');
    throw new InputError({
      file: name.given,
      message: `no such file in ${name.repository}`,
      found: found || 'no .gguf file',
      expected: name.file,
    });
  }
  const needed = new Set(name.file === undefined ? neededFiles(paths, name) : [name.file]);
  return files.filter(({ path }) => needed.has(path));
}

async function fetchBlobs(
  name: HubName,
  commit: string,
  wanted: readonly HubFile[],
  cache: HubCache,
  options: FetchModelOptions,
): Promise<void> {
  const { settings, onProgress, retry } = options;
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  // Small files first: what is wrong with them is known before gigabytes have come.
  for (const { path, size, hash, kind } of [...wanted].sort((a, b) => a.size - b.size)) {
    const file = cache.blob(hash);
    // Blobs are named by their hash and renamed into place when it is right.
    if (statSync(file, { throwIfNoEntry: false })?.size !== size) {
      const url = `${settings.endpoint}/${name.repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
      const part = `${file}.incomplete`;
      const headers = hubHeaders(settings, url);
      await download({
        ...retry,
        url,
        file,
        part,
        size,
        [kind]: hash,
        headers,
        onProgress: (done) => onProgress?.(before + done, total),
      }).catch((error: unknown) => {
        throw hubFailure(error, name, settings);
      });
    }
    before += size;
    onProgress?.(before, total);
  }
}

function requireSpace(cache: HubCache, wanted: readonly HubFile[]): void {
  makeDirectory(cache.folder);
  const missing = wanted.reduce((sum, { size, hash }) => {
    const have =
      statSync(cache.blob(hash), { throwIfNoEntry: false }) ??
      statSync(`${cache.blob(hash)}.incomplete`, { throwIfNoEntry: false });
    return sum + Math.max(0, size - (have?.size ?? 0));
  }, 0);
  const { bavail, bsize } = statfsSync(cache.folder);
  if (missing <= bavail * bsize) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
  throw new WorkError(
    `${cache.folder} needs ${gigabytes(missing)} more, and ${gigabytes(bavail * bsize)} are free; make room, or set HF_HOME`,
  );
}
