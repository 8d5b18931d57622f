import { statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import { classifierOf } from './classifiers';
import { readConfigFile } from './config-file';
import { openFolderWeights } from './containers/folder-weights';
import { openGguf } from './containers/gguf-source';
import { encoderDecoderOf } from './encoder-decoders';
import { architectureOf } from './load-folder';
import { ggufParts, sameName } from './load-gguf';
import { decoderNames } from './load-weights';
import { modelKind } from './model-kind';
import type { ModelKind } from './model-kind';
import { tensorHomes } from './read-weights';

/** What a folder or file is to the commands. */
export interface ModelSupport {
  kind: ModelKind;
  /** Why it can't be loaded; undefined where it can. */
  problem?: string;
}

/**
 * Whether a model can be loaded, by all that loading asks of configuration, tokenizer and the names and shapes of the tensors.
 * Reads no weights and needs no engine.
 *
 * @param place A Hugging Face folder or a `.gguf` file.
 * @throws {InputError} when a folder has no `config.json`, or it isn't one.
 */
export function modelSupport(place: string): ModelSupport {
  if (!statSync(place).isDirectory()) return { kind: 'causal-lm', ...problemOf(() => checkGguf(place)) };
  const file = join(place, 'config.json');
  const raw = readConfigFile(file);
  const kind = modelKind(raw);
  return { kind, ...problemOf(() => checkFolder(place, file, kind, raw)) };
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

type Shapes = ReadonlyMap<string, readonly number[]>;
type NameOf = (stored: string) => string | null | undefined;

function checkFolder(folder: string, file: string, kind: ModelKind, raw: Readonly<Record<string, unknown>>): void {
  const { shapes, nameOf } = expected(kind, raw, file);
  loadTokenizer(folder);
  const source = openFolderWeights(folder);
  source.close();
  tensorHomes(shapes, source, nameOf);
}

function checkGguf(file: string): void {
  const source = openGguf(file);
  source.close();
  const { architecture, config, weights } = ggufParts(source);
  tensorHomes(architecture.weightShapes(config), weights, decoderNames(config, sameName));
}

/** The weights that a config speaks of, and their names in the model by those in a file. */
function expected(kind: ModelKind, raw: Readonly<Record<string, unknown>>, file: string): { shapes: Shapes; nameOf: NameOf } {
  if (kind === 'causal-lm') {
    const architecture = architectureOf(raw['model_type'], file);
    const config = architecture.readConfig(raw, file);
    return { shapes: architecture.weightShapes(config), nameOf: decoderNames(config, architecture.nameOf) };
  }
  return kind === 'classifier' ? ofFamily(classifierOf(raw, file), raw, file) : ofFamily(encoderDecoderOf(raw, file), raw, file);
}

/** A family's own config goes back into its own functions. */
function ofFamily<C>(
  family: { readConfig(raw: Readonly<Record<string, unknown>>, file: string): C; weightShapes(config: C): Shapes; nameOf(stored: string, config: C): string | null },
  raw: Readonly<Record<string, unknown>>,
  file: string,
): { shapes: Shapes; nameOf: NameOf } {
  const config = family.readConfig(raw, file);
  return { shapes: family.weightShapes(config), nameOf: (stored) => family.nameOf(stored, config) };
}
