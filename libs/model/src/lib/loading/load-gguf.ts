import { InputError, sha256FilesAside } from '@tsarank/io';
import { tokenizerFromGguf } from '@tsarank/tokenizer';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { Architecture } from '../architectures/architecture';
import { openGguf } from '../containers/gguf/gguf-source';
import type { GgufSource } from '../containers/gguf/gguf-source';
import { showValue } from '../containers/show-value';
import type { TensorSource } from '../containers/tensor-source';
import type { ModelConfig } from '../model-config';
import { requireBuiltGgufScoring } from './declared-scoring';
import { decoderWeights } from './expected-weights';
import { ggufHubSource } from './gguf-hub-source';
import { architectureOf, modelHash } from './load-folder';
import type { LoadedModel } from './load-folder';
import type { LoadProgress } from './load-progress';
import { readWeights } from './read-weights';

/** GGUF's names of architectures, where Hugging Face has another. */
const OTHER_NAMES: Readonly<Record<string, string>> = { gptneox: 'gpt_neox' };

/**
 * A model of one `.gguf` file: config and tokenizer from its metadata, weights widened to float32.
 *
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function loadGguf(file: string, { onProgress }: { onProgress?: LoadProgress } = {}): LoadedModel {
  const source = openGguf(file);
  try {
    const { architecture, config, tokenizer, weights } = ggufParts(source);
    const hashes = sha256FilesAside([file]);
    const model = architecture.build(
      config,
      readWeights(decoderWeights(architecture, config, sameName), weights, onProgress),
    );
    return { model, tokenizer, hash: modelHash(config.raw, hashes(), tokenizer) };
  } finally {
    source.close();
  }
}

/** What a `.gguf` file holds, in the forms that Hugging Face has; no weights are read yet. */
export function ggufParts(source: GgufSource): {
  architecture: Architecture;
  config: ModelConfig;
  tokenizer: Tokenizer;
  weights: TensorSource;
} {
  const { file, metadata } = source;
  requireBuiltGgufScoring(source);
  const type = metadata['general.architecture'];
  const { gguf } = architectureOf(
    typeof type === 'string' && Object.hasOwn(OTHER_NAMES, type) ? OTHER_NAMES[type] : type,
    file,
  );
  if (!gguf)
    throw new InputError({
      file,
      message: `GGUF files of ${showValue(type)} models are not read; use the Hugging Face folder`,
    });
  const raw = gguf.rawConfig(source);
  // GGUF has names that stand for more than one family.
  const architecture = architectureOf(raw['model_type'], file);
  const config = architecture.readConfig(raw, file);
  return {
    architecture,
    config,
    tokenizer: tokenizerFromGguf(metadata, file),
    weights: ggufHubSource(source, gguf, config),
  };
}

/** The tensors of `ggufParts` have the model's names. */
export function sameName(name: string): string {
  return name;
}
