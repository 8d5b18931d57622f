import { statSync } from 'node:fs';
import { InputError } from '@tsarank/io';
import { isAdapterFolder } from '../lora/adapter-folder';
import { openAdapted } from '../lora/open-adapted';
import { requireBuiltAdapterScoring } from './declared-scoring';
import { findModel } from './find-model';
import type { LoadModelOptions } from './find-model';
import { loadFolder } from './load-folder';
import type { LoadedModel } from './load-folder';
import { loadGguf } from './load-gguf';

/**
 * A causal language model by its name: `tiny` (embedded), a Hugging Face folder, a folder with a PEFT adapter (LoRA),
 * which is merged into its base model, or a `.gguf` file.
 *
 * An engine must have been selected before. The caller disposes the model.
 *
 * @throws {InputError} when there is no such model, or its files are wrong, or it doesn't fit the engine's memory, or it is of
 * another kind (loadReranker takes those).
 */
export async function loadModel(name: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const path = await findModel(name, options);
  if (isAdapterFolder(path)) return loadAdapted(path, options);
  if (statSync(path).isDirectory()) return loadFolder(path, options);
  if (path.endsWith('.gguf')) return loadGguf(path, options);
  throw new InputError({ file: path, message: 'not a model; expected a Hugging Face folder or a .gguf file' });
}

async function loadAdapted(folder: string, options: LoadModelOptions): Promise<LoadedModel> {
  const { adapter, base } = await openAdapted(folder, options);
  try {
    const { task, file } = adapter.config;
    if (task === 'SEQ_CLS' || task === 'SEQ_2_SEQ_LM') {
      throw new InputError({
        file,
        field: 'task_type',
        found: `${task}, which \`score\` and \`rerank\` take`,
        expected: 'CAUSAL_LM',
      });
    }
    requireBuiltAdapterScoring(folder, adapter.config);
    return loadFolder(base, { ...options, adapter });
  } finally {
    adapter.weights.close();
  }
}
