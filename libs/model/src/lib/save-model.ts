import { join } from 'node:path';
import { publishDirectory, writeFileAtomic } from '@tsarank/io';
import type { tf } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import { writeSafetensors } from './containers/safetensors/safetensors-writer';
import type { SafetensorsDtype, WritableTensor } from './containers/safetensors/safetensors-writer';
import type { ModelConfig } from './model-config';
import { contractFile } from './scoring-contract';
import type { ScoringContract } from './scoring-contract';

export interface SaveModelOptions {
  /** A model of any kind. */
  model: { config: Pick<ModelConfig, 'raw' | 'generation' | 'code'>; weights: ReadonlyMap<string, tf.Variable> };
  tokenizer: Tokenizer;
  contract?: ScoringContract;
  /** Number format of the weights on disk. Default F32, which is exact. */
  dtype?: SafetensorsDtype;
}

const CONFIG_DTYPES: Record<SafetensorsDtype, string> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/**
 * Save a model as a Hugging Face folder that `transformers` loads, with the scoring contract beside it. The folder
 * appears whole or not at all; an older one of that name is replaced.
 *
 * @throws {InputError} when the place can't be written.
 */
export async function saveModel(
  folder: string,
  { model, tokenizer, contract, dtype = 'F32' }: SaveModelOptions,
): Promise<void> {
  await publishDirectory(folder, (temporary) => {
    const json = (name: string, value: unknown) =>
      writeFileAtomic(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    // `dtype` has taken the place of `torch_dtype`; undefined members are not written.
    const config = { ...model.config.raw, torch_dtype: undefined, dtype: CONFIG_DTYPES[dtype] };
    writeFileAtomic(join(temporary, 'config.json'), `${withFloats(JSON.stringify(config, null, 2))}\n`);
    if (model.config.generation) json('generation_config.json', model.config.generation);
    for (const { name, bytes } of [...(model.config.code ?? []), ...tokenizer.files])
      writeFileAtomic(join(temporary, name), bytes);
    const tensors = new Map(
      [...model.weights].map(([name, weight]): [string, WritableTensor] => [
        name,
        { shape: weight.shape, data: () => weight.dataSync() as Float32Array },
      ]),
    );
    writeSafetensors(join(temporary, 'model.safetensors'), tensors, dtype);
    if (contract) json(contractFile, contract);
  });
}

/** Settings that transformers warns about when they are written as integers; JSON.stringify writes 4.0 as 4. */
function withFloats(json: string): string {
  return json.replace(
    /("(?:factor|low_freq_factor|high_freq_factor|attention_factor|beta_fast|beta_slow|rope_theta)": -?\d+)(?=[,\s])/g,
    '$1.0',
  );
}
