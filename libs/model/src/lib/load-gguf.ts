import { InputError } from '@tsarank/io';
import { tokenizerFromGguf } from '@tsarank/tokenizer';
import { openGguf } from './containers/gguf-source';
import { showValue } from './containers/show-value';
import { ggufHubSource } from './gguf-hub-source';
import { architectureOf, modelHash } from './load-folder';
import type { LoadedModel } from './load-folder';
import type { LoadProgress } from './load-progress';
import { loadWeights } from './load-weights';

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
    const type = source.metadata['general.architecture'];
    const { gguf } = architectureOf(typeof type === 'string' && Object.hasOwn(OTHER_NAMES, type) ? OTHER_NAMES[type] : type, file);
    if (!gguf) throw new InputError({ file, message: `GGUF files of ${showValue(type)} models are not read; use the Hugging Face folder` });
    const raw = gguf.rawConfig(source);
    // GGUF has names that stand for more than one family.
    const architecture = architectureOf(raw['model_type'], file);
    const config = architecture.readConfig(raw, file);
    const tokenizer = tokenizerFromGguf(source.metadata, file);
    const model = loadWeights(architecture, config, ggufHubSource(source, gguf, config), (name) => name, onProgress);
    return { model, tokenizer, hash: modelHash(raw, [file], tokenizer) };
  } finally {
    source.close();
  }
}
