import { InputError } from '@tsarank/io';
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
    const { gguf } = architecture;
    if (!gguf) throw new InputError({ file, message: `GGUF files of ${String(source.metadata['general.architecture'])} models are not read; use the Hugging Face folder` });
    const raw = gguf.rawConfig(source);
    const config = architecture.readConfig(raw, file);
    const tokenizer = tokenizerFromGguf(source.metadata, file);
    const model = loadWeights(architecture, config, source, gguf.nameOf, (name, data) =>
      gguf.restore(name, data, config),
    );
    return { model, tokenizer, hash: modelHash(raw, [file], tokenizer) };
  } finally {
    source.close();
  }
}
