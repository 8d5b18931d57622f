import { InputError } from '@tsarank/io';
import { rotaryFrequencies } from '../../parts/rotary-frequencies';
import type { RopeScaling } from '../../model-config';
import type { GgufConfig } from './gguf-config';

/** By what each rotary frequency is divided: how the converter writes LLaMA 3's scaling. */
export const ROPE_FACTORS = 'rope_freqs.weight';

/** What LLaMA 3.1 to 3.3 have, but for the factor. The converter reads no other original length. */
const LLAMA3 = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };
const UNBUILT = ['attn_factor', 'yarn_ext_factor', 'yarn_attn_factor', 'yarn_log_multiplier'];

/**
 * `rope_scaling` of a `config.json`, null where frequencies are not stretched.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`LlamaModel.generate_extra_tensors`), `gguf-py/gguf/constants.py` (`Rope`).
 *
 * @throws {InputError} for types and factors that are not built.
 */
export function ggufRopeScaling(config: GgufConfig, headSize: number): Record<string, unknown> | null {
  const type = config.value('rope.scaling.type') ?? 'none';
  const factor = config.value('rope.scaling.factor');
  if (config.has(ROPE_FACTORS)) {
    if (type !== 'none') throw config.wrong('rope.scaling.type', `none beside the tensor ${ROPE_FACTORS}`);
    return llama3(config, headSize);
  }
  if (type === 'none') return null;
  if (type === 'linear') return { rope_type: 'linear', factor };
  if (type !== 'yarn') throw config.wrong('rope.scaling.type', 'none, linear or yarn');
  for (const key of UNBUILT) {
    const value = config.value(`rope.scaling.${key}`) ?? 1;
    if (value !== 1) throw config.wrong(`rope.scaling.${key}`, 'nothing or 1');
  }
  return {
    rope_type: 'yarn',
    factor,
    original_max_position_embeddings: config.value('rope.scaling.original_context_length'),
    beta_fast: config.value('rope.scaling.yarn_beta_fast'),
    beta_slow: config.value('rope.scaling.yarn_beta_slow'),
  };
}

function llama3(config: GgufConfig, headSize: number): Record<string, unknown> {
  // The file holds the tensor; its metadata may name a head of any size.
  if (String(config.source.entries.get(ROPE_FACTORS)!.shape) !== String(headSize / 2))
    throw new InputError({
      file: config.source.file,
      message: `${ROPE_FACTORS} has the shape [${config.source.entries.get(ROPE_FACTORS)!.shape.join(', ')}], expected [${headSize / 2}], half of a head`,
    });
  const found = config.source.read(ROPE_FACTORS);
  const factor = found.reduce((most, each) => Math.max(most, each), 1);
  const theta = Number(config.value('rope.freq_base') ?? 10_000);
  const scaling: RopeScaling = {
    type: 'llama3',
    factor,
    lowFrequencyFactor: LLAMA3.low_freq_factor,
    highFrequencyFactor: LLAMA3.high_freq_factor,
    originalMaxPositions: LLAMA3.original_max_position_embeddings,
  };
  const plain = rotaryFrequencies({ headSize, theta, scaling: null });
  const stretched = rotaryFrequencies({ headSize, theta, scaling });
  const isSame = found.every((each, index) => Math.abs((each * stretched[index]!) / plain[index]! - 1) < 1e-4);
  if (isSame) return { rope_type: 'llama3', factor, ...LLAMA3 };
  throw new InputError({
    file: config.source.file,
    message: `the factors in ${ROPE_FACTORS} are not those of LLaMA 3.1 to 3.3 (frequency factors 1 and 4 over 8192 tokens); use the Hugging Face folder`,
  });
}
