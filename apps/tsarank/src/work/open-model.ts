import { loadModel } from '@tsarank/model';
import type { LoadedModel } from '@tsarank/model';
import type { Log } from '../log';
import { loadProgress } from './load-progress';
import { placeOfModel } from './place-of-model';

/** A model by any of its names; one named `hf:` is fetched first. */
export function openModel(name: string, log: Log): Promise<LoadedModel> {
  return loadModel(name, { resolve: (unknown) => placeOfModel(unknown, log), onProgress: loadProgress(log) });
}
