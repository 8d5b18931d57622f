import { Decoder } from '../../decoder';
import type { Architecture } from '../architecture';
import { readLlamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaDecoder } from './llama-decoder';
import { llamaGguf } from './llama-gguf';
import { llamaWeightShapes } from './llama-weights';

/** An architecture that has LLaMA's blocks and tensor names; its config says the rest. */
export function llamaKin(kin: Pick<Architecture<LlamaConfig>, 'readConfig' | 'gguf'>): Architecture<LlamaConfig> {
  return {
    weightShapes: llamaWeightShapes,
    build: (config, weights) => new Decoder(llamaDecoder, config, weights),
    nameOf: (stored) => (stored.startsWith('model.') || stored.startsWith('lm_head.') ? stored : `model.${stored}`),
    ...kin,
  };
}

/**
 * LLaMA 1 to 3, SmolLM2, TinyLlama: RMSNorm before each part, rotary positions, grouped queries, SwiGLU.
 *
 * Source: Touvron et al. 2023 (arXiv 2302.13971); transformers `modeling_llama.py`.
 */
export const llama = llamaKin({ readConfig: readLlamaConfig, gguf: llamaGguf });
