import type { GgufSource } from '../containers/gguf/gguf-source';
import type { GgufLayout } from './architecture';
import { GgufConfig } from './gguf/gguf-config';
import { fusedHeadByHead } from './gguf/gguf-fused-rows';
import { ggufNames } from './gguf/gguf-names';

/**
 * GPT-NeoX and Pythia in GGUF. The converter leaves the rotary base out; without one, llama.cpp takes 10,000.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`GPTNeoXModel`), `gguf-py/gguf/tensor_mapping.py`.
 */
export const gptNeoxGguf: GgufLayout = {
  rawConfig,
  nameOf: ggufNames(
    'gpt_neox.layers',
    { token_embd: 'gpt_neox.embed_in', output_norm: 'gpt_neox.final_layer_norm', output: 'embed_out' },
    {
      attn_norm: 'input_layernorm',
      attn_qkv: 'attention.query_key_value',
      attn_output: 'attention.dense',
      ffn_norm: 'post_attention_layernorm',
      ffn_up: 'mlp.dense_h_to_4h',
      ffn_down: 'mlp.dense_4h_to_h',
    },
  ),
  rearranged: (name) => (name.includes('.query_key_value.') ? fusedHeadByHead : undefined),
};

function rawConfig(source: GgufSource): Record<string, unknown> {
  const config = new GgufConfig(source, 'gptneox');
  const { headSize } = config;
  const rotated = Number(config.value('rope.dimension_count') ?? headSize);
  // A share that a rounding error has put below the whole number would be cut to the one before.
  const share =
    Math.trunc(headSize * (rotated / headSize)) === rotated ? rotated / headSize : (rotated + 0.5) / headSize;
  return {
    ...config.general('GPTNeoXForCausalLM'),
    attention_bias: config.has('blk.0.attn_qkv.bias'),
    hidden_act: 'gelu',
    hidden_size: config.value('embedding_length'),
    intermediate_size: config.value('feed_forward_length'),
    layer_norm_eps: config.value('attention.layer_norm_epsilon'),
    max_position_embeddings: config.value('context_length'),
    model_type: 'gpt_neox',
    num_attention_heads: config.value('attention.head_count'),
    num_hidden_layers: config.value('block_count'),
    rotary_emb_base: config.value('rope.freq_base') ?? 10_000,
    rotary_pct: share,
    tie_word_embeddings: config.isTied,
    use_parallel_residual: config.value('use_parallel_residual') ?? true,
  };
}
