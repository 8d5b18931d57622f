import { tokenizerFromGguf } from '@tsarank/tokenizer';
import { openGguf } from './containers/gguf-source';
import { architectureOf, modelHash } from './load-folder';
import type { LoadedModel } from './load-folder';
import { loadWeights } from './load-weights';

/**
 * A model of one `.gguf` file: config and tokenizer from its metadata, weights widened to float32.
 *
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function loadGguf(file: string): LoadedModel {
  const source = openGguf(file);
  try {
    const architecture = architectureOf(source.metadata['general.architecture'], file);
    const raw = architecture.gguf.rawConfig(source);
    const config = architecture.readConfig(raw, file);
    const tokenizer = tokenizerFromGguf(source.metadata, file);
    const model = loadWeights(architecture, config, source, architecture.gguf.nameOf, (name, data) =>
      architecture.gguf.restore(name, data, config),
    );
    return { model, tokenizer, hash: modelHash(raw, [file], tokenizer) };
  } finally {
    source.close();
  }
}
