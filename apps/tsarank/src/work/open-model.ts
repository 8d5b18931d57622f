import { loadModel, loadReranker } from '@tsarank/model';
import type { LoadedModel, LoadModelOptions, LoadedReranker, ModelKind } from '@tsarank/model';
import type { Log } from '../log';
import { loadProgress } from './load-progress';
import { placeOfModel } from './place-of-model';

/** A causal language model by any of its names; one named `hf:` is fetched first. */
export function openModel(name: string, log: Log): Promise<LoadedModel> {
  return loadModel(name, loadOptions(log));
}

/** A model of any kind likewise; `onKind` is told of it before weights are read. */
export function openReranker(name: string, log: Log, onKind?: (kind: ModelKind) => void): Promise<LoadedReranker> {
  return loadReranker(name, { ...loadOptions(log), onKind });
}

function loadOptions(log: Log): LoadModelOptions {
  return { resolve: (unknown) => placeOfModel(unknown, log), onProgress: loadProgress(log) };
}
