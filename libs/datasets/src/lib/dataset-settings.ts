import { join } from 'node:path';
import { InputError, withoutCredentials } from '@tsarank/io';

/** The Hugging Face Hub, as far as collections come from it. */
export interface DatasetHub {
  endpoint: string;
  /** Nothing is asked of the network. */
  offline: boolean;
  /** Headers of a request to an address. */
  headers: (url: string) => Record<string, string>;
}

/** Where published collections come from and where they are kept. */
export interface DatasetSettings {
  /** Holds a folder for each collection. */
  cacheDirectory: string;
  /** Takes the place of scheme and host of the publishers' servers; the paths stay. Without a slash at its end. */
  endpoint?: string;
  hub: DatasetHub;
}

const OWN_HUB = 'https://huggingface.co';

/**
 * @param environment Variables as the process has them: TSARANK_DATASETS_ENDPOINT, a server that has the publishers'
 *   files under the same paths; TSARANK_DATASETS_CACHE, the folder to keep collections in. An empty one counts as not set.
 * @param options.cacheDirectory The program's cache; collections are kept in its `datasets` folder.
 * @throws {InputError} when the endpoint is no address.
 */
export function datasetSettings(
  environment: Readonly<Record<string, string | undefined>>,
  { cacheDirectory, hub }: { cacheDirectory: string; hub: DatasetHub },
): DatasetSettings {
  const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const endpoint = value('TSARANK_DATASETS_ENDPOINT');
  return {
    cacheDirectory: value('TSARANK_DATASETS_CACHE') ?? join(cacheDirectory, 'datasets'),
    ...(endpoint === undefined ? {} : { endpoint: requireAddress(endpoint) }),
    hub,
  };
}

function requireAddress(given: string): string {
  const url = /^https?:\/\/[^\s/]/.test(given) && URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && url.username === '' && url.password === '') return given.replace(/\/+$/, '');
  throw new InputError({
    field: 'TSARANK_DATASETS_ENDPOINT',
    found: `"${withoutCredentials(given)}"`,
    expected: 'an address such as https://mirror.example, without user and password',
  });
}

/** Where a published file is asked for, and with which headers. */
export interface Location {
  url: string;
  headers: Record<string, string>;
  /** Whether that is not its publisher's own server. */
  isMirror: boolean;
}

/** The address of a file under these settings. */
export function locationOf(published: string, { endpoint, hub }: DatasetSettings): Location {
  const { pathname, origin } = new URL(published);
  const isOnHub = origin === OWN_HUB;
  const base = isOnHub ? hub.endpoint : (endpoint ?? origin);
  const url = `${base}${pathname}`;
  return { url, headers: isOnHub ? hub.headers(url) : { 'user-agent': 'tsarank' }, isMirror: base !== origin };
}
