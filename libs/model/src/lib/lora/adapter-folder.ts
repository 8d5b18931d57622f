import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, InputError, sha256, sha256File } from '@tsarank/io';
import { openSafetensors } from '../containers/safetensors/safetensors-reader';
import type { TensorSource } from '../containers/tensor-source';
import { openTorchFile } from '../containers/torch/torch-source';
import { ADAPTER_CONFIG, readAdapterConfig } from './adapter-config';
import type { AdapterFile } from './adapter-config';

/** An adapter's folder, opened. */
export interface AdapterFolder {
  folder: string;
  config: AdapterFile;
  weights: TensorSource;
  /** SHA-256 over configuration and weights, wherever the base model lies. */
  hash: string;
}

/** As PEFT saves an adapter's weights. */
export const ADAPTER_WEIGHTS = 'adapter_model.safetensors';
const TORCH_WEIGHTS = 'adapter_model.bin';

/** Whether a folder holds a PEFT adapter; a whole model with nothing of an adapter but its configuration is none. */
export function isAdapterFolder(folder: string): boolean {
  const has = (name: string): boolean => existsSync(join(folder, name));
  return has(ADAPTER_CONFIG) && (has(ADAPTER_WEIGHTS) || has(TORCH_WEIGHTS) || !has('config.json'));
}

/**
 * Opens a PEFT adapter of the LoRA kind; the caller closes its weights.
 *
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function openAdapterFolder(folder: string): AdapterFolder {
  const config = readAdapterConfig(folder);
  const [safe, torch] = [join(folder, ADAPTER_WEIGHTS), join(folder, TORCH_WEIGHTS)];
  const file = [safe, torch].find((each) => existsSync(each));
  if (file === undefined)
    throw new InputError({ file: folder, message: `has no weights, expected ${ADAPTER_WEIGHTS} or ${TORCH_WEIGHTS}` });
  const content = contentOf(config);
  return {
    folder,
    config,
    weights: file === safe ? openSafetensors(file) : openTorchFile(file),
    hash: sha256([content, sha256File(file)].join('\n')),
  };
}

/** Without the base model's place; a number such as 1e999 has no JSON form. */
function contentOf({ raw, file }: AdapterFile): string {
  try {
    return canonicalJson({ ...raw, base_model_name_or_path: null });
  } catch (error) {
    throw new InputError({ file, message: `has a value that can't be used (${(error as Error).message})` });
  }
}
