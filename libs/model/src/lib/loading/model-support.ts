import { statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import { classifierOf } from '../classifiers';
import { openFolderWeights } from '../containers/folder-weights';
import { openGguf } from '../containers/gguf/gguf-source';
import type { TensorSource } from '../containers/tensor-source';
import { encoderDecoderOf } from '../encoder-decoders';
import { adaptedConfig } from '../lora/adapted-config';
import type { AdapterFile } from '../lora/adapter-config';
import { isAdapterFolder } from '../lora/adapter-folder';
import type { AdapterFolder } from '../lora/adapter-folder';
import { mergedSource } from '../lora/merged-source';
import { openAdapted } from '../lora/open-adapted';
import { readConfigFile } from './config-file';
import { requireBuiltAdapterScoring, requireBuiltScoring } from './declared-scoring';
import { classifierWeights, decoderWeights, encoderDecoderWeights } from './expected-weights';
import type { ExpectedWeights } from './expected-weights';
import type { LoadModelOptions } from './find-model';
import { architectureOf } from './load-folder';
import { ggufParts, sameName } from './load-gguf';
import { modelKind } from './model-kind';
import type { ModelKind } from './model-kind';
import { tensorHomes } from './read-weights';
import { requirePlainWeights } from './require-plain-weights';

/** What a folder or file is to the commands. */
export interface ModelSupport {
  kind: ModelKind;
  /** Why it can't be loaded; undefined where it can. */
  problem?: string;
  /** Of a folder with a PEFT adapter: what it is, and where the model lies that it belongs to. */
  adapter?: { config: AdapterFile; base: string };
}

/**
 * Whether a model can be loaded, by all that loading asks of configuration, tokenizer and the names and shapes of the tensors.
 * Reads no weights and needs no engine.
 *
 * @param place A Hugging Face folder, a folder with a PEFT adapter, or a `.gguf` file.
 * @throws {InputError} when a folder has no `config.json`, or it isn't one; when an adapter can't be opened or its base isn't there.
 */
export async function modelSupport(place: string, options: LoadModelOptions = {}): Promise<ModelSupport> {
  if (!statSync(place).isDirectory()) return { kind: 'causal-lm', ...problemOf(() => checkGguf(place)) };
  if (!isAdapterFolder(place)) return folderSupport(place);
  const { adapter, base } = await openAdapted(place, options);
  adapter.weights.close();
  return { ...folderSupport(base, adapter), adapter: { config: adapter.config, base } };
}

function folderSupport(folder: string, adapter?: AdapterFolder): ModelSupport {
  const file = join(folder, 'config.json');
  const own = readConfigFile(file);
  const raw = adapter ? adaptedConfig(own, adapter) : own;
  const kind = modelKind(raw);
  return { kind, ...problemOf(() => checkFolder({ folder, file, raw, kind, adapter })) };
}

function problemOf(check: () => void): Pick<ModelSupport, 'problem'> {
  try {
    check();
    return {};
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

interface FolderParts {
  folder: string;
  file: string;
  raw: Readonly<Record<string, unknown>>;
  kind: ModelKind;
  adapter?: AdapterFolder;
}

function checkFolder({ folder, file, raw, kind, adapter }: FolderParts): void {
  if (adapter) requireBuiltAdapterScoring(adapter.folder, adapter.config);
  requireBuiltScoring(folder, raw, kind);
  requirePlainWeights(raw, file);
  expectedOf(kind, raw, file);
  loadTokenizer(folder);
  const source = openFolderWeights(folder);
  source.close();
  const expected = expectedOf(kind, raw, file, source.entries);
  tensorHomes(expected, adapter ? mergedSource(source, adapter, expected) : source);
}

function checkGguf(file: string): void {
  const source = openGguf(file);
  try {
    // Some tensors say what the config is: whether the output matrix is the embedding once more.
    const { architecture, config, weights } = ggufParts(source);
    tensorHomes(decoderWeights(architecture, config, sameName), weights);
  } finally {
    source.close();
  }
}

function expectedOf(
  kind: ModelKind,
  raw: FolderParts['raw'],
  file: string,
  stored?: TensorSource['entries'],
): ExpectedWeights {
  if (kind === 'classifier') {
    const family = classifierOf(raw, file);
    return classifierWeights(family, family.readConfig(raw, file));
  }
  if (kind === 'encoder-decoder') {
    const family = encoderDecoderOf(raw, file);
    return encoderDecoderWeights(family, family.readConfig(raw, file, stored));
  }
  const architecture = architectureOf(raw['model_type'], file);
  return decoderWeights(architecture, architecture.readConfig(raw, file));
}
