import { statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import { architectures } from '../architectures';
import { classifierOf } from '../classifiers';
import { readConfigFile } from './config-file';
import { openFolderWeights } from '../containers/folder-weights';
import type { TensorSource } from '../containers/tensor-source';
import { openGguf } from '../containers/gguf-source';
import { encoderDecoderOf } from '../encoder-decoders';
import type { LoadModelOptions } from './find-model';
import { architectureOf } from './load-folder';
import { ggufParts, sameName } from './load-gguf';
import { decoderNames } from './load-weights';
import { adaptedConfig } from '../lora/adapted-config';
import type { AdapterFile } from '../lora/adapter-config';
import { isAdapterFolder } from '../lora/adapter-folder';
import type { AdapterFolder } from '../lora/adapter-folder';
import { mergedSource } from '../lora/merged-source';
import { openAdapted } from '../lora/open-adapted';
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
  requirePlainWeights(raw, file);
  expectedOf(kind, raw, file);
  loadTokenizer(folder);
  const source = openFolderWeights(folder);
  source.close();
  const { nameOf, ...expected } = expectedOf(kind, raw, file, source.entries);
  const inputFirst = architectures[expected.modelType]?.inputFirst === true;
  tensorHomes(expected.shapes, adapter ? mergedSource(source, adapter, { ...expected, nameOf, inputFirst }) : source, nameOf);
}

function checkGguf(file: string): void {
  const source = openGguf(file);
  try {
    // Some tensors say what the config is: whether the output matrix is the embedding once more.
    const { architecture, config, weights } = ggufParts(source);
    tensorHomes(architecture.weightShapes(config), weights, decoderNames(config, sameName));
  } finally {
    source.close();
  }
}

/** The weights that a config speaks of, and their names in the model by those in a file. */
interface Expected {
  modelType: string;
  tied: boolean;
  shapes: ReadonlyMap<string, readonly number[]>;
  nameOf: (stored: string) => string | null | undefined;
}

function expectedOf(kind: ModelKind, raw: Readonly<Record<string, unknown>>, file: string, stored?: TensorSource['entries']): Expected {
  if (kind === 'classifier') return ofFamily(classifierOf(raw, file), { raw, file, tied: false });
  if (kind === 'encoder-decoder') return ofFamily(encoderDecoderOf(raw, file), { raw, file, tied: raw['tie_word_embeddings'] !== false, stored });
  const architecture = architectureOf(raw['model_type'], file);
  const config = architecture.readConfig(raw, file);
  const { modelType, tied } = config;
  return { modelType, tied, shapes: architecture.weightShapes(config), nameOf: decoderNames(config, architecture.nameOf) };
}

/** A family's own config goes back into its own functions. */
interface Family<C> {
  readConfig(raw: Readonly<Record<string, unknown>>, file: string, stored?: TensorSource['entries']): C;
  weightShapes(config: C): Expected['shapes'];
  nameOf(stored: string, config: C): string | null;
}

function ofFamily<C extends { modelType: string }>(
  family: Family<C>,
  { raw, file, tied, stored }: Pick<FolderParts, 'raw' | 'file'> & { tied: boolean; stored?: TensorSource['entries'] },
): Expected {
  const config = family.readConfig(raw, file, stored);
  return { modelType: config.modelType, tied, shapes: family.weightShapes(config), nameOf: (stored) => family.nameOf(stored, config) };
}
