import type { GgufSource } from '../../containers/gguf/gguf-source';
import type { GgufLayout, Rearranged } from '../architecture';
import { GgufConfig } from '../gguf/gguf-config';
import { ggufNames } from '../gguf/gguf-names';
import { neighbourRow } from '../gguf/gguf-rotary-rows';
import { ggufRopeScaling, ROPE_FACTORS } from '../gguf/gguf-rope-scaling';

const nameOf = ggufNames(
  'model.layers',
  { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head', [ROPE_FACTORS]: null },
  {
    attn_norm: 'input_layernorm',
    attn_q: 'self_attn.q_proj',
    attn_k: 'self_attn.k_proj',
    attn_q_norm: 'self_attn.q_norm',
    attn_k_norm: 'self_attn.k_norm',
    attn_v: 'self_attn.v_proj',
    attn_output: 'self_attn.o_proj',
    ffn_norm: 'post_attention_layernorm',
    ffn_gate: 'mlp.gate_proj',
    ffn_up: 'mlp.up_proj',
    ffn_down: 'mlp.down_proj',
  },
);

const turned: Rearranged = { kind: 'rows', rowOf: (row, { headSize }) => neighbourRow(row, headSize) };

/**
 * How llama.cpp's converter lays out LLaMA-type models. Mistral is one of them there: where a file names a sliding window, it
 * is one here.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`LlamaModel`), `gguf-py/gguf/constants.py`.
 */
export const llamaGguf: GgufLayout = {
  ...llamaKinGguf('llama', 'LlamaForCausalLM', true),
  rawConfig: (source) => {
    const raw = rawConfig(source, 'llama', 'LlamaForCausalLM');
    const window = Number(source.metadata['llama.attention.sliding_window'] ?? 0);
    return window === 0
      ? raw
      : { ...raw, architectures: ['MistralForCausalLM'], model_type: 'mistral', sliding_window: window };
  },
};

/**
 * The layout of LLaMA's kin.
 *
 * @param type Both GGUF's name of the architecture and Hugging Face's `model_type`.
 * @param turnsNeighbours Whether llama.cpp's rotary turns neighbours, so that the converter reorders the rows of queries and
 * keys; otherwise it turns as Hugging Face does.
 */
export function llamaKinGguf(type: string, className: string, turnsNeighbours = false): GgufLayout {
  return {
    rawConfig: (source) => rawConfig(source, type, className),
    nameOf,
    rearranged: (name) => (turnsNeighbours && /\.self_attn\.[qk]_proj\./.test(name) ? turned : undefined),
  };
}

function rawConfig(source: GgufSource, type: string, className: string): Record<string, unknown> {
  const config = new GgufConfig(source, type);
  const heads = config.value('attention.head_count');
  const headSize = config.value('attention.key_length') ?? config.headSize;
  const rotated = config.value('rope.dimension_count') ?? headSize;
  if (rotated !== headSize) throw config.wrong('rope.dimension_count', `the head size ${String(headSize)}`);
  return {
    ...config.general(className),
    attention_bias: config.has('blk.0.attn_q.bias'),
    attention_dropout: 0,
    head_dim: headSize,
    hidden_act: 'silu',
    hidden_size: config.value('embedding_length'),
    initializer_range: 0.02,
    intermediate_size: config.value('feed_forward_length'),
    max_position_embeddings: config.value('context_length'),
    mlp_bias: config.has('blk.0.ffn_gate.bias'),
    model_type: type,
    num_attention_heads: heads,
    num_hidden_layers: config.value('block_count'),
    num_key_value_heads: config.value('attention.head_count_kv') ?? heads,
    rms_norm_eps: config.value('attention.layer_norm_rms_epsilon'),
    rope_scaling: ggufRopeScaling(config, Number(headSize)),
    rope_theta: config.value('rope.freq_base') ?? 10_000,
    tie_word_embeddings: !config.has('output.weight'),
  };
}
