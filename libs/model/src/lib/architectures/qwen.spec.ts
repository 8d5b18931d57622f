import { decoderCases } from '../parity/decoder-cases';
import { qwen } from './qwen';

decoderCases('Qwen', ['qwen-published', 'qwen-published/model.gguf', 'qwen-long']);

const raw = {
  vocab_size: 10,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 6,
  seq_length: 16,
};

describe('its configuration', () => {
  it('has two matrices of half the intermediate size', () => {
    const shapes = qwen.weightShapes(qwen.readConfig(raw));
    expect(shapes.get('transformer.h.0.mlp.w1.weight')).toEqual([3, 8]);
    expect(shapes.has('transformer.h.0.attn.c_attn.bias')).toBe(true);
    expect(shapes.has('transformer.h.0.attn.c_proj.bias')).toBe(false);
  });

  it('may have the names of the first files', () => {
    const first = {
      vocab_size: 9,
      padded_vocab_size: 10,
      n_embd: 8,
      n_layer: 1,
      n_head: 2,
      ffn_hidden_size: 6,
      n_positions: 32,
      seq_length: 16,
    };
    expect(qwen.readConfig(first)).toEqual({
      ...qwen.readConfig({ ...raw, max_position_embeddings: 32 }),
      raw: first,
      dynamicNtk: false,
      logN: false,
    });
  });

  it.each([
    [{ ...raw, kv_channels: 3 }, 'field "kv_channels": found 3, expected 4'],
    [{ ...raw, rotary_pct: 0.8 }, 'field "rotary_pct": found 0.8'],
    [{ ...raw, rotary_pct: 1.5 }, 'field "rotary_pct": found 1.5'],
    [{ ...raw, seq_length: undefined }, 'field "seq_length": found nothing'],
    [{ ...raw, use_cache_quantization: true }, 'field "use_cache_quantization"'],
  ])('refuses %j', (wrong, message) => {
    expect(() => qwen.readConfig(wrong)).toThrow(message);
  });
});

it('shares stems of any length only without dynamic NTK', () => {
  const longest = (use_dynamic_ntk: boolean) =>
    qwen.build(qwen.readConfig({ ...raw, use_dynamic_ntk }), new Map()).longestBranched;
  expect([longest(true), longest(false)]).toEqual([16, undefined]);
});
