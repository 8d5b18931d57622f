import { join } from 'node:path';
import { InputError, publishDirectory, writeFileAtomic } from '@tsarank/io';
import type { Tokenizer } from '@tsarank/tokenizer';
import { storesInputFirst } from '../architectures';
import type { CausalLm } from '../causal-lm';
import { writeSafetensors } from '../containers/safetensors/safetensors-writer';
import type { WritableTensor } from '../containers/safetensors/safetensors-writer';
import { contractFile } from '../scoring-contract';
import type { ScoringContract } from '../scoring-contract';
import { adapterWeights } from './adapter';
import { ADAPTER_CONFIG } from './adapter-config';
import { ADAPTER_WEIGHTS } from './adapter-folder';
import { defaultTargets } from './default-targets';
import { adapterConfigOf } from './add-adapters';
import type { LoraSettings } from './add-adapters';

export interface SaveAdapterOptions {
  /** With the adapters. */
  model: CausalLm;
  tokenizer: Tokenizer;
  contract?: ScoringContract;
  /** What the adapters were asked for with. */
  settings: LoraSettings;
  topLayers: number;
  /** The model that they are added to: a folder's path or a name on the Hub, and there the revision. */
  base: { name: string; revision?: string };
}

/**
 * Save a model's adapters as a folder that PEFT loads, with tokenizer and scoring contract; the model itself is not saved.
 * The folder appears whole or not at all; an older one of that name is replaced.
 *
 * @throws {InputError} when the place can't be written, or there are no adapters.
 */
export async function saveAdapter(
  folder: string,
  { model, tokenizer, contract, settings, topLayers, base }: SaveAdapterOptions,
): Promise<void> {
  if (model.adapters.size === 0) throw new InputError({ file: folder, message: 'the model has no adapters to save' });
  const { targets, layers } = adapterConfigOf(model, settings, topLayers);
  // Every option that changes what is computed; what is left out is off.
  const config = {
    base_model_name_or_path: base.name,
    bias: 'none',
    fan_in_fan_out: storesInputFirst(model.architecture),
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: layers,
    lora_alpha: settings.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: settings.rank,
    revision: base.revision ?? null,
    target_modules: targets ?? defaultTargets(model.architecture),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  };
  await publishDirectory(folder, (temporary) => {
    const json = (name: string, value: unknown) =>
      writeFileAtomic(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    json(ADAPTER_CONFIG, config);
    for (const { name, bytes } of tokenizer.files) writeFileAtomic(join(temporary, name), bytes);
    const tensors = [...adapterWeights(model)].map(([name, weight]): [string, WritableTensor] => [
      name,
      { shape: weight.shape, data: () => weight.dataSync() as Float32Array },
    ]);
    writeSafetensors(join(temporary, ADAPTER_WEIGHTS), new Map(tensors));
    if (contract) json(contractFile, contract);
  });
}
