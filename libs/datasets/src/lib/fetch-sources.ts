import { existsSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { download, HttpStatusError, md5File, reasonOf, sha256File, WorkError } from '@tsarank/io';
import type { RetryOptions } from '@tsarank/io';
import type { Part, SourceFile } from './catalog/dataset';
import type { ChosenDataset } from './dataset-name';
import { locationOf, type DatasetSettings, type Location } from './dataset-settings';
import type { FetchDatasetOptions } from './fetch-options';

/** A published file as it came. */
export interface FetchedSource {
  /** As the recipe names it. */
  role: string;
  file: string;
  url: string;
  bytes: number;
  sha256: string;
  /** Whether it is the file that was published, by its MD5; false for what a mirror vouches for instead. */
  asPublished: boolean;
  /** Stays for other collections. */
  shared: boolean;
}

/** A folder in BEIR's layout takes about three times its archive. */
const UNPACKED_RATIO = 3;

/**
 * The files that a collection is made of, each checked by its hash.
 *
 * @throws {WorkError} when one can't be had, has another hash, or there is no room.
 */
export async function fetchSources(chosen: ChosenDataset, options: FetchDatasetOptions): Promise<FetchedSource[]> {
  const { settings, log = () => undefined, onProgress } = options;
  const { dataset, part, name } = chosen;
  const wanted = Object.entries(dataset.parts[part]!.files).map(([role, source]) => ({
    role,
    source,
    file: placeOf(source, role, chosen, settings),
    location: locationOf(source.url, settings),
  }));
  const total = wanted.reduce((sum, { source }) => sum + source.bytes, 0);
  const origins = [...new Set(wanted.map(({ location }) => new URL(location.url).host))].join(', ');
  const about = dataset.family === 'nano-beir' ? 'about ' : '';
  log(
    `${name}: ${dataset.title}, ${about}${size(total)} from ${origins}; licence: ${dataset.licence} (${dataset.homepage})`,
  );
  if (dataset.notes !== undefined) log(`${name}: ${dataset.notes}`);
  requireRoom(wanted, part, options);
  const fetched: FetchedSource[] = [];
  let before = 0;
  for (const { role, source, file, location } of wanted) {
    const asPublished = await fetchSource(source, file, location, {
      ...options,
      onProgress: (done) => onProgress?.(Math.min(before + done, total), total),
    });
    if (!asPublished) log(`warning: ${location.url} is not the published file; the mirror's own hash was checked`);
    before += source.bytes;
    const { size: bytes } = statSync(file);
    const { url } = location;
    fetched.push({ role, file, url, bytes, sha256: sha256File(file), asPublished, shared: source.shared === true });
  }
  onProgress?.(total, total);
  return fetched;
}

/** Downloads that no other collection needs are not kept. */
export function releaseSources(sources: readonly FetchedSource[]): void {
  for (const { file, shared } of sources) {
    if (shared) continue;
    rmSync(dirname(file), { recursive: true, force: true });
  }
}

function placeOf(source: SourceFile, role: string, { name }: ChosenDataset, settings: DatasetSettings): string {
  const downloads = join(settings.cacheDirectory, 'downloads');
  if (source.shared) return join(downloads, basename(source.url));
  return join(downloads, name.slice('dataset:'.length), `${role}-${basename(source.url)}`);
}

/** @returns Whether the file is the published one. */
async function fetchSource(
  { md5 }: SourceFile,
  file: string,
  { url, headers, isMirror }: Location,
  options: FetchDatasetOptions,
): Promise<boolean> {
  const retry: RetryOptions = { attempts: 5, ...options.retry, onRetry: options.log };
  const vouched = isMirror ? await hashOfMirror(url, headers) : undefined;
  const onProgress = (done: number): void => options.onProgress?.(done, 0);
  try {
    await download({ ...retry, url, file, headers, onProgress, ...(vouched ? { sha256: vouched } : { md5 }) });
  } catch (error) {
    throw failureOf(error);
  }
  if (vouched === undefined) return true;
  return md5File(file) === md5;
}

/** A mirror may hold other bytes than the publisher, and says so in `<file>.sha256` beside the file. */
async function hashOfMirror(url: string, headers: Record<string, string>): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}.sha256`, { headers, signal: AbortSignal.timeout(30_000) });
    const text = response.ok ? (await response.text()).slice(0, 1000) : '';
    return /^([0-9a-f]{64})(?=\s|$)/.exec(text)?.[1];
  } catch {
    return undefined; // the file's own request says what is wrong
  }
}

function failureOf(error: unknown): Error {
  if ((error as { cause?: NodeJS.ErrnoException }).cause?.code === 'ENOSPC') return (error as { cause: Error }).cause;
  if (error instanceof WorkError) return error;
  const reason = reasonOf(error);
  const isGone = error instanceof HttpStatusError && (error.status === 404 || error.status === 410);
  const hint = isGone
    ? 'it is not where it was published; TSARANK_DATASETS_ENDPOINT (HF_ENDPOINT for the Hub) may name a server that has it'
    : 'the same command goes on where this one stopped';
  return new WorkError(`${reason}; ${hint}`, { cause: error });
}

function requireRoom(
  wanted: readonly { source: SourceFile; file: string }[],
  part: Part,
  { settings: { cacheDirectory }, freeBytes = freeOf }: FetchDatasetOptions,
): void {
  const missing = wanted.reduce((sum, { source, file }) => {
    const have = [file, `${file}.part`].find((each) => existsSync(each));
    return sum + Math.max(0, source.bytes - (have === undefined ? 0 : statSync(have).size));
  }, 0);
  const unpacked =
    UNPACKED_RATIO * wanted.reduce((sum, { source }) => sum + (source.shared && part !== 'all' ? 0 : source.bytes), 0);
  const free = freeBytes(cacheDirectory);
  if (missing + unpacked <= free) return;
  throw new WorkError(
    `${cacheDirectory} needs about ${size(missing + unpacked)} more, and ${size(free)} are free; make room, or name another folder in TSARANK_DATASETS_CACHE`,
  );
}

function freeOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${Math.max(0.1, bytes / 1e6).toFixed(1)} MB`;
}
