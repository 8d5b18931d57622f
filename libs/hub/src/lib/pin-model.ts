import { relative, sep } from 'node:path';
import { fetchModel } from './fetch-model';
import type { FetchModelOptions } from './fetch-model';
import { HubCache } from './hub-cache';
import { parseHubName } from './hub-name';
import type { HubName } from './hub-name';

/** A published model as it is now, and where it lies. */
export interface PinnedModel {
  /** With the commit for its revision: means the same files for ever and everywhere. */
  name: string;
  /** The snapshot's folder, or the file in it. */
  place: string;
}

/**
 * What a model's name stands for now: its files, fetched as far as they aren't there, and the name of the commit that they are
 * of. Offline, or where the Hub can't be reached, what it last stood for here.
 *
 * @throws As fetchModel.
 *
 * @example
 * await pinModel('hf:org/name@main', { settings }); // { name: 'hf:org/name@c0ffee…', place: '…/snapshots/c0ffee…' }
 */
export async function pinModel(name: string, options: FetchModelOptions): Promise<PinnedModel> {
  const parsed = parseHubName(name);
  const place = await fetchModel(name, options);
  // By the place, not by `refs/`: another process may have asked again meanwhile.
  const [commit] = relative(new HubCache(options.settings, parsed).snapshot(''), place).split(sep) as [string];
  return { name: nameAt(parsed, commit), place };
}

function nameAt({ repository, file }: HubName, commit: string): string {
  return `hf:${repository}${file === undefined ? '' : `/${file}`}@${commit}`;
}
