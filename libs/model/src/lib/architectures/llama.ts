import { Decoder } from '../decoder';
import type { Architecture } from './architecture';
import { readLlamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaDecoder } from './llama-decoder';
import { llamaGguf } from './llama-gguf';

/**
 * LLaMA 1 to 3, SmolLM2, TinyLlama and kin: RMSNorm before each part, rotary positions, grouped queries, SwiGLU.
 *
 * Source: Touvron et al. 2023 (arXiv 2302.13971); transformers `modeling_llama.py`.
 */
export const llama: Architecture<LlamaConfig> = {
  readConfig: readLlamaConfig,
  weightShapes,
  build: (config, weights) => new Decoder(llamaDecoder, config, weights),
  nameOf: (stored) => (stored.startsWith('model.') || stored.startsWith('lm_head.') ? stored : `model.${stored}`),
  gguf: llamaGguf,
};

function weightShapes(config: LlamaConfig): Map<string, number[]> {
  const { vocabularySize, hiddenSize, layers, heads, keyValueHeads, headSize, intermediateSize } = config;
  const shapes = new Map<string, number[]>([['model.embed_tokens.weight', [vocabularySize, hiddenSize]]]);
  const projection = (name: string, out: number, into: number, bias: boolean) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (bias) shapes.set(`${name}.bias`, [out]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    shapes.set(`${prefix}.input_layernorm.weight`, [hiddenSize]);
    projection(`${prefix}.self_attn.q_proj`, heads * headSize, hiddenSize, config.attentionBias);
    projection(`${prefix}.self_attn.k_proj`, keyValueHeads * headSize, hiddenSize, config.attentionBias);
    projection(`${prefix}.self_attn.v_proj`, keyValueHeads * headSize, hiddenSize, config.attentionBias);
    projection(`${prefix}.self_attn.o_proj`, hiddenSize, heads * headSize, config.attentionBias);
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [hiddenSize]);
    projection(`${prefix}.mlp.gate_proj`, intermediateSize, hiddenSize, config.feedForwardBias);
    projection(`${prefix}.mlp.up_proj`, intermediateSize, hiddenSize, config.feedForwardBias);
    projection(`${prefix}.mlp.down_proj`, hiddenSize, intermediateSize, config.feedForwardBias);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!config.tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
