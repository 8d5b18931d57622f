import type { GgufSource } from '../containers/gguf/gguf-source';
import type { GgufLayout, Rearranged } from './architecture';
import { GgufConfig } from './gguf/gguf-config';
import { ggufNames } from './gguf/gguf-names';
import { neighbourRow } from './gguf/gguf-rotary-rows';

/** llama.cpp takes a model of so many blocks for the 13B one, which has ALiBi. */
const BLOCKS_WITH_ALIBI = 40;

/**
 * Baichuan and Baichuan2 in GGUF: query, key and value apart, the rows of the first two in the order of LLaMA's, in models
 * with ALiBi too. Which model it is, llama.cpp tells by the number of blocks; so is it told here.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`BaichuanModel`), `src/models/baichuan.cpp`.
 */
export const baichuanGguf: GgufLayout = {
  rawConfig,
  nameOf: ggufNames(
    'model.layers',
    { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' },
    {
      attn_norm: 'input_layernorm',
      attn_q: 'self_attn.W_pack',
      attn_k: 'self_attn.W_pack',
      attn_v: 'self_attn.W_pack',
      attn_output: 'self_attn.o_proj',
      ffn_norm: 'post_attention_layernorm',
      ffn_gate: 'mlp.gate_proj',
      ffn_up: 'mlp.up_proj',
      ffn_down: 'mlp.down_proj',
    },
  ),
  rearranged: (name) => (name.includes('.W_pack.') ? packed : undefined),
};

const packed: Rearranged = {
  kind: 'rows',
  parts: ['attn_q', 'attn_k', 'attn_v'],
  rowOf: (row, { hiddenSize, headSize }) => (row < 2 * hiddenSize ? neighbourRow(row, headSize) : row),
};

function rawConfig(source: GgufSource): Record<string, unknown> {
  const config = new GgufConfig(source, 'baichuan');
  const { headSize } = config;
  const rotated = config.value('rope.dimension_count') ?? headSize;
  if (rotated !== headSize) throw config.wrong('rope.dimension_count', `the head size ${headSize}`);
  if ((config.value('rope.scaling.type') ?? 'none') !== 'none') throw config.wrong('rope.scaling.type', 'none');
  const lengthKey = config.value('block_count') === BLOCKS_WITH_ALIBI ? 'model_max_length' : 'max_position_embeddings';
  return {
    ...config.general('BaichuanForCausalLM'),
    hidden_act: 'silu',
    hidden_size: config.value('embedding_length'),
    intermediate_size: config.value('feed_forward_length'),
    [lengthKey]: config.value('context_length'),
    model_type: 'baichuan',
    num_attention_heads: config.value('attention.head_count'),
    num_hidden_layers: config.value('block_count'),
    num_key_value_heads: config.value('attention.head_count_kv'),
    rms_norm_eps: config.value('attention.layer_norm_rms_epsilon'),
    rope_theta: config.value('rope.freq_base'),
    tie_word_embeddings: config.isTied,
  };
}
