import { homedir } from 'node:os';
import type { DatasetSettings } from '@tsarank/datasets';
import type { Progress } from '@tsarank/io';
import type { Log } from '../log';

/** Where published collections come from and are kept, as the environment says. */
export function datasetsOfEnvironment(): DatasetSettings {
  const { datasetSettings } = require('@tsarank/datasets') as typeof import('@tsarank/datasets');
  const { hubHeaders, hubSettings } = require('@tsarank/hub') as typeof import('@tsarank/hub');
  const { defaultCacheDirectory } = require('@tsarank/tensor/wheels') as typeof import('@tsarank/tensor/wheels');
  const hub = hubSettings(process.env, homedir());
  return datasetSettings(process.env, {
    cacheDirectory: defaultCacheDirectory(),
    hub: { endpoint: hub.endpoint, offline: hub.offline, headers: (url) => hubHeaders(hub, url) },
  });
}

/**
 * A published collection, or each of a family (`dataset:nano-beir`), fetched as far as it isn't there.
 *
 * @returns The folders.
 * @throws As fetchDataset.
 */
export async function fetchDatasets(name: string, log: Log): Promise<string[]> {
  const { familyOf, fetchDataset } = require('@tsarank/datasets') as typeof import('@tsarank/datasets');
  const names = familyOf(name)?.map((each) => `dataset:${each.name}`) ?? [name];
  const settings = datasetsOfEnvironment();
  const folders: string[] = [];
  for (const each of names) {
    let progress: Progress | undefined;
    const onProgress = (done: number, total: number): void => {
      progress ??= log.progress('bytes', total);
      progress.update(done);
    };
    folders.push(await fetchDataset(each, { settings, log: log.info, onProgress }));
    progress?.finish();
  }
  return folders;
}
