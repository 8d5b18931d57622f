import type { GgufSource } from '../containers/gguf/gguf-source';
import type { GgufLayout } from './architecture';
import { GgufConfig } from './gguf/gguf-config';
import { ggufNames } from './gguf/gguf-names';

/**
 * GPT-2 in GGUF: matrices [out, in], where its own files have [in, out].
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`GPT2Model`), `gguf-py/gguf/tensor_mapping.py`.
 */
export const gpt2Gguf: GgufLayout = {
  rawConfig,
  nameOf: ggufNames(
    'transformer.h',
    {
      token_embd: 'transformer.wte',
      position_embd: 'transformer.wpe',
      output_norm: 'transformer.ln_f',
      output: 'lm_head',
    },
    {
      attn_norm: 'ln_1',
      attn_qkv: 'attn.c_attn',
      attn_output: 'attn.c_proj',
      ffn_norm: 'ln_2',
      ffn_up: 'mlp.c_fc',
      ffn_down: 'mlp.c_proj',
    },
  ),
  rearranged: (name) => (/\.(c_attn|c_proj|c_fc)\.weight$/.test(name) ? { kind: 'transposed' } : undefined),
};

function rawConfig(source: GgufSource): Record<string, unknown> {
  const config = new GgufConfig(source, 'gpt2');
  return {
    ...config.general('GPT2LMHeadModel'),
    activation_function: 'gelu_new',
    layer_norm_epsilon: config.value('attention.layer_norm_epsilon'),
    model_type: 'gpt2',
    n_embd: config.value('embedding_length'),
    n_head: config.value('attention.head_count'),
    // The converter writes four times the width, whatever it is.
    n_inner: config.rows('blk.0.ffn_up.weight') ?? config.value('feed_forward_length'),
    n_layer: config.value('block_count'),
    n_positions: config.rows('position_embd.weight') ?? config.value('context_length'),
    tie_word_embeddings: config.isTied,
  };
}
