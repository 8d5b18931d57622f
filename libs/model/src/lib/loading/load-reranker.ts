import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256FilesAside } from '@tsarank/io';
import type { tf } from '@tsarank/tensor';
import { loadTokenizer } from '@tsarank/tokenizer';
import { classifierOf } from '../classifiers';
import { openFolderWeights } from '../containers/folder-weights';
import type { TensorSource } from '../containers/tensor-source';
import type { EncoderDecoderLm } from '../encoder-decoder-lm';
import { encoderDecoderOf } from '../encoder-decoders';
import { adaptedConfig } from '../lora/adapted-config';
import { isAdapterFolder } from '../lora/adapter-folder';
import type { AdapterFolder } from '../lora/adapter-folder';
import { mergedSource } from '../lora/merged-source';
import { adaptedFacts, openAdapted } from '../lora/open-adapted';
import { readContract } from '../scoring-contract';
import type { SequenceClassifier } from '../sequence-classifier';
import { readConfigFile, readGenerationConfig } from './config-file';
import { requireBuiltAdapterScoring, requireBuiltScoring } from './declared-scoring';
import { classifierWeights, encoderDecoderWeights } from './expected-weights';
import type { ExpectedWeights } from './expected-weights';
import { findModel } from './find-model';
import type { LoadModelOptions } from './find-model';
import { loadFolder, modelHash } from './load-folder';
import type { LoadedModel } from './load-folder';
import { loadModel } from './load-model';
import type { LoadProgress } from './load-progress';
import { modelKind } from './model-kind';
import type { ModelKind } from './model-kind';
import { readWeights } from './read-weights';
import { requirePlainWeights } from './require-plain-weights';

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
 * (`…ForSequenceClassification`) or an encoder-decoder model; or a PEFT adapter (LoRA) of one, as RankLLaMA is published.
 *
 * An engine must have been selected before. The caller disposes the model.
 *
 * @throws {InputError} as loadModel.
 */
export async function loadReranker(
  name: string,
  { onKind, ...options }: LoadRerankerOptions = {},
): Promise<LoadedReranker> {
  const place = await findModel(name, options);
  if (!isAdapterFolder(place)) return loadFrom(place, { onKind, ...options });
  const { adapter, base } = await openAdapted(place, options);
  try {
    return await loadFrom(base, { onKind, ...options }, adapter);
  } finally {
    adapter.weights.close();
  }
}

async function loadFrom(
  place: string,
  { onKind, ...options }: LoadRerankerOptions,
  adapter?: AdapterFolder,
): Promise<LoadedReranker> {
  const file = join(place, 'config.json');
  const own = statSync(place).isDirectory() ? readConfigFile(file) : {};
  const raw = adapter ? adaptedConfig(own, adapter) : own;
  const kind = modelKind(raw);
  onKind?.(kind);
  if (statSync(place).isDirectory()) requireBuiltScoring(place, raw, kind);
  if (adapter) requireBuiltAdapterScoring(adapter.folder, adapter.config);
  requirePlainWeights(raw, file);
  if (kind === 'causal-lm')
    return { kind, ...(adapter ? loadFolder(place, { ...options, adapter }) : await loadModel(place, options)) };
  // Config and tokenizer before the weights: what is wrong with them is said at once.
  const tokenizer = loadTokenizer(place);
  const build =
    kind === 'classifier' ? classifierFrom(raw, file) : encoderDecoderFrom(raw, file, readGenerationConfig(place));
  const contract = readContract(place);
  const source = openFolderWeights(place);
  try {
    const hashes = sha256FilesAside(source.files);
    const made = build(source, { ...options, adapter });
    const facts = { tokenizer, contract, hash: modelHash(own, hashes(), tokenizer) };
    return { ...made, ...(adapter ? adaptedFacts(adapter, facts) : facts) };
  } finally {
    source.close();
  }
}

/** Weights to the model that a config describes, with an adapter where there is one. */
type Builder = (
  source: TensorSource,
  options: ReadOptions,
) => { kind: 'classifier'; model: SequenceClassifier } | { kind: 'encoder-decoder'; model: EncoderDecoderLm };

interface ReadOptions {
  onProgress?: LoadProgress;
  adapter?: AdapterFolder;
}

function classifierFrom(raw: Readonly<Record<string, unknown>>, file: string): Builder {
  const family = classifierOf(raw, file);
  const config = family.readConfig(raw, file);
  return (source, options) => ({
    kind: 'classifier',
    model: family.build(config, weightsOf(classifierWeights(family, config), source, options)),
  });
}

function encoderDecoderFrom(
  raw: Readonly<Record<string, unknown>>,
  file: string,
  generation?: Readonly<Record<string, unknown>>,
): Builder {
  const family = encoderDecoderOf(raw, file);
  // What is wrong with it is said at once; what it leaves to the weights is known later.
  family.readConfig(raw, file);
  return (source, options) => {
    const config = { ...family.readConfig(raw, file, source.entries), generation };
    return {
      kind: 'encoder-decoder',
      model: family.build(config, weightsOf(encoderDecoderWeights(family, config), source, options)),
    };
  };
}

function weightsOf(
  expected: ExpectedWeights,
  source: TensorSource,
  { onProgress, adapter }: ReadOptions,
): Map<string, tf.Variable> {
  return readWeights(expected, adapter ? mergedSource(source, adapter, expected) : source, onProgress);
}
