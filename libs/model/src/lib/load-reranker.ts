import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '@tsarank/tokenizer';
import { readConfigFile } from './config-file';
import { openFolderWeights } from './containers/folder-weights';
import type { TensorSource } from './containers/tensor-source';
import type { EncoderDecoderLm } from './encoder-decoder-lm';
import { encoderDecoderOf } from './encoder-decoders';
import { classifierOf } from './classifiers';
import { findModel } from './find-model';
import type { LoadModelOptions } from './find-model';
import { modelHash } from './load-folder';
import type { LoadedModel } from './load-folder';
import { loadModel } from './load-model';
import type { LoadProgress } from './load-progress';
import { modelKind } from './model-kind';
import type { ModelKind } from './model-kind';
import { readWeights } from './read-weights';
import { readContract } from './scoring-contract';
import type { SequenceClassifier } from './sequence-classifier';

export interface LoadRerankerOptions extends LoadModelOptions {
  /** Called before weights are read; what it throws ends the loading. */
  onKind?: (kind: ModelKind) => void;
}

/** A model of any kind that scores pairs, ready for use. */
export type LoadedReranker =
  | ({ kind: 'causal-lm' } & LoadedModel)
  | ({ kind: 'classifier'; model: SequenceClassifier } & Omit<LoadedModel, 'model'>)
  | ({ kind: 'encoder-decoder'; model: EncoderDecoderLm } & Omit<LoadedModel, 'model'>);

/**
 * A model that can score pairs of query and document, by its name as loadModel takes it: a causal language model, a classifier
 * (`…ForSequenceClassification`) or an encoder-decoder model.
 *
 * An engine must have been selected before. The caller disposes the model.
 *
 * @throws {InputError} as loadModel.
 */
export async function loadReranker(name: string, { onKind, ...options }: LoadRerankerOptions = {}): Promise<LoadedReranker> {
  const place = await findModel(name, options);
  const file = join(place, 'config.json');
  const raw = statSync(place).isDirectory() ? readConfigFile(file) : {};
  const kind = modelKind(raw);
  onKind?.(kind);
  if (kind === 'causal-lm') return { kind, ...(await loadModel(place, options)) };
  // Config and tokenizer before the weights: what is wrong with them is said at once.
  const tokenizer = loadTokenizer(place);
  const build = kind === 'classifier' ? classifierFrom(raw, file) : encoderDecoderFrom(raw, file);
  const contract = readContract(place);
  const source = openFolderWeights(place);
  try {
    const made = build(source, options.onProgress);
    return { ...made, tokenizer, contract, hash: modelHash(raw, source.files, tokenizer) };
  } finally {
    source.close();
  }
}

/** Weights to the model that a config describes. */
type Builder = (source: TensorSource, onProgress?: LoadProgress) => { kind: 'classifier'; model: SequenceClassifier } | { kind: 'encoder-decoder'; model: EncoderDecoderLm };

function classifierFrom(raw: Readonly<Record<string, unknown>>, file: string): Builder {
  const family = classifierOf(raw, file);
  const config = family.readConfig(raw, file);
  return (source, onProgress) => {
    const weights = readWeights(family.weightShapes(config), source, (stored) => family.nameOf(stored, config), onProgress);
    return { kind: 'classifier', model: family.build(config, weights) };
  };
}

function encoderDecoderFrom(raw: Readonly<Record<string, unknown>>, file: string): Builder {
  const family = encoderDecoderOf(raw, file);
  const config = family.readConfig(raw, file);
  return (source, onProgress) => {
    const weights = readWeights(family.weightShapes(config), source, (stored) => family.nameOf(stored, config), onProgress);
    return { kind: 'encoder-decoder', model: family.build(config, weights) };
  };
}
