import { InputError } from '@tsarank/io';
import type { GgufSource } from '../containers/gguf-source';
import type { ModelConfig } from '../model-config';
import type { GgufLayout } from './architecture';

/** Parts of a block: GGUF's name to Hugging Face's. */
const BLOCK_NAMES: Readonly<Record<string, string>> = {
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
};
const OUTER_NAMES: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

/**
 * How llama.cpp's converter lays out LLaMA-type models.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`LlamaModel.permute`), `gguf-py/gguf/constants.py`.
 */
export const llamaGguf: GgufLayout = { rawConfig: (source) => rawConfig(source, 'llama', 'LlamaForCausalLM'), nameOf, restore };

/**
 * The layout of kin whose rotary llama.cpp turns as Hugging Face does: rows stand as they are.
 *
 * @param type Both GGUF's name of the architecture and Hugging Face's `model_type`.
 */
export function llamaKinGguf(type: string, className: string): GgufLayout {
  return { rawConfig: (source) => rawConfig(source, type, className), nameOf, restore: (_, data) => data };
}

function rawConfig({ metadata, entries, file }: GgufSource, type: string, className: string): Record<string, unknown> {
  const value = (key: string) => metadata[`${type}.${key}`];
  const tokens = metadata['tokenizer.ggml.tokens'];
  const id = (key: string) => metadata[`tokenizer.ggml.${key}_token_id`];
  const embedding = entries.get('token_embd.weight');
  const heads = value('attention.head_count');
  const headSize = value('attention.key_length') ?? Number(value('embedding_length')) / Number(heads);
  const rotated = value('rope.dimension_count') ?? headSize;
  if (rotated !== headSize) {
    throw new InputError({
      file,
      field: `${type}.rope.dimension_count`,
      found: String(rotated),
      expected: `the head size ${String(headSize)}`,
    });
  }
  const names = [...entries.keys()];
  return {
    architectures: [className],
    attention_bias: names.includes('blk.0.attn_q.bias'),
    attention_dropout: 0,
    bos_token_id: id('bos') ?? null,
    dtype: 'float32',
    eos_token_id: id('eos') ?? null,
    head_dim: headSize,
    hidden_act: 'silu',
    hidden_size: value('embedding_length'),
    initializer_range: 0.02,
    intermediate_size: value('feed_forward_length'),
    max_position_embeddings: value('context_length'),
    mlp_bias: names.includes('blk.0.ffn_gate.bias'),
    model_type: type,
    num_attention_heads: heads,
    num_hidden_layers: value('block_count'),
    num_key_value_heads: value('attention.head_count_kv') ?? heads,
    pad_token_id: id('padding') ?? null,
    rms_norm_eps: value('attention.layer_norm_rms_epsilon'),
    rope_scaling: ropeScaling(value('rope.scaling.type'), value('rope.scaling.factor'), `${type}.rope.scaling.type`, file),
    rope_theta: value('rope.freq_base') ?? 10_000,
    tie_word_embeddings: !names.includes('output.weight'),
    use_cache: true,
    // The rows of the embedding: some converters pad the token list, some the matrix.
    vocab_size: embedding?.shape[0] ?? value('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
  };
}

function ropeScaling(type: unknown, factor: unknown, field: string, file: string): Record<string, unknown> | null {
  if (type === undefined || type === 'none') return null;
  if (type === 'linear') return { rope_type: 'linear', factor };
  throw new InputError({ file, field, found: String(type), expected: 'none or linear' });
}

function nameOf(ggufName: string): string | undefined {
  if (Object.hasOwn(OUTER_NAMES, ggufName)) return OUTER_NAMES[ggufName];
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(ggufName) ?? [];
  if (part === undefined || !Object.hasOwn(BLOCK_NAMES, part)) return undefined;
  return `model.layers.${layer}.${BLOCK_NAMES[part]}.${kind}`;
}

/**
 * Undo the row order of q_proj and k_proj: llama.cpp's rotary turns neighbours, so its rows (k, half) of a head stand
 * where Hugging Face has (half, k).
 */
function restore(name: string, data: Float32Array, { heads, keyValueHeads, headSize }: ModelConfig): Float32Array {
  const isQuery = name.includes('.self_attn.q_proj.');
  if (!isQuery && !name.includes('.self_attn.k_proj.')) return data;
  const rows = (isQuery ? heads : keyValueHeads) * headSize;
  const width = data.length / rows;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    const within = row % headSize;
    const half = Math.floor(within / (headSize / 2));
    const k = within % (headSize / 2);
    const from = row - within + 2 * k + half;
    result.set(data.subarray(from * width, (from + 1) * width), row * width);
  }
  return result;
}
