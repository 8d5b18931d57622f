import path from 'node:path';
import { cachedModel, fetchModel, isHubName, type FetchModelOptions, type HubSettings } from '@tsarank/hub';
import { InputError } from '@tsarank/io';
import { isAdapterFolder } from '@tsarank/model/containers';

/**
 * The folder or file that a model's name stands for, without the network: `tiny`, a path, or `hf:org/name@commit` where it is
 * in the cache.
 *
 * @throws {InputError} for a published model that isn't there, or an adapter.
 */
export function modelPath(model: string, hub?: () => HubSettings): string {
  if (!isHubName(model)) return model === 'tiny' ? embeddedFolder() : wholeModel(model, model);
  const settings = hub?.();
  const place = settings && cachedModel(model, settings);
  if (place !== undefined) return wholeModel(model, place);
  const where = settings ? settings.cacheDirectory : 'a cache, of which none is named';
  throw new InputError({
    field: 'model',
    found: `${model}, which is not in ${where}`,
    expected: `a model that \`tsarank fetch ${model}\` has fetched`,
  });
}

/**
 * The same for whoever is about to load it: a published model is fetched as far as this machine's cache lacks it, as that of a
 * worker on another machine may.
 *
 * @throws As fetchModel.
 */
export async function fetchedModelPath(
  model: string,
  hub?: () => HubSettings,
  options: Omit<FetchModelOptions, 'settings'> = {},
): Promise<string> {
  return isHubName(model) && hub ? fetchModel(model, { ...options, settings: hub() }) : modelPath(model, hub);
}

/** A run's hash and costs are those of a whole model. */
function wholeModel(model: string, place: string): string {
  if (!isAdapterFolder(place)) return place;
  throw new InputError({
    field: 'model',
    found: `${model}, an adapter`,
    expected: 'a whole model; `tsarank convert` merges an adapter into one',
  });
}

function embeddedFolder(): string {
  return path.join(path.dirname(require.resolve('@tsarank/model/package.json')), 'tiny');
}
