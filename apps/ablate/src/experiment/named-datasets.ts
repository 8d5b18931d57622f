import type { DatasetSettings } from '@tsarank/datasets';
import { createProgress, printNotice, type Progress } from '@tsarank/io';
import { hubOfEnvironment } from './hub-models';

const PREFIX = 'dataset:';

/** Where published collections come from and are kept, as the environment says. */
function datasetsOfEnvironment(): DatasetSettings {
  const { datasetSettings } = require('@tsarank/datasets') as typeof import('@tsarank/datasets');
  const { hubHeaders } = require('@tsarank/hub') as typeof import('@tsarank/hub');
  const { defaultCacheDirectory } = require('@tsarank/tensor/wheels') as typeof import('@tsarank/tensor/wheels');
  const hub = hubOfEnvironment();
  return datasetSettings(process.env, {
    cacheDirectory: defaultCacheDirectory(),
    hub: { endpoint: hub.endpoint, offline: hub.offline, headers: (url) => hubHeaders(hub, url) },
  });
}

/** Collections named `dataset:` are read from this machine's cache from now on. */
export function useCachedDatasets(): void {
  const { useDatasetFolders } = require('@tsarank/data') as typeof import('@tsarank/data');
  useDatasetFolders((name) => {
    const { requireDataset } = require('@tsarank/datasets') as typeof import('@tsarank/datasets');
    return requireDataset(name, datasetsOfEnvironment());
  });
}

/**
 * Fetches every collection named `dataset:` that a spec or a configuration names, wherever in it, as far as it isn't there; they
 * are read from the cache from now on.
 *
 * @throws As fetchDataset.
 */
export async function fetchNamedDatasets(holder: unknown): Promise<void> {
  useCachedDatasets();
  const names = new Set(datasetNames(holder));
  if (names.size === 0) return;
  const { fetchDataset } = require('@tsarank/datasets') as typeof import('@tsarank/datasets');
  const settings = datasetsOfEnvironment();
  for (const name of names) {
    let progress: Progress | undefined;
    const onProgress = (done: number, total: number): void => {
      progress ??= createProgress({ label: `${name} (bytes)`, total });
      progress.update(done);
    };
    await fetchDataset(name, { settings, onProgress, log: (line) => printNotice(`ablate: ${line}\n`) });
    progress?.finish();
  }
}

function datasetNames(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith(PREFIX) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(datasetNames);
}
