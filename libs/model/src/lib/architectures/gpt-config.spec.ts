import { architectures } from './index';

const sizes = {
  gpt2: { vocab_size: 9, n_embd: 8, n_head: 2, n_layer: 2, n_positions: 5 },
  gpt_neo: { vocab_size: 9, hidden_size: 8, num_heads: 2, num_layers: 2, attention_types: [[['global', 'local'], 1]] },
  opt: { vocab_size: 9, hidden_size: 8, num_attention_heads: 2, num_hidden_layers: 2, ffn_dim: 6 },
  gpt_neox: { vocab_size: 9, hidden_size: 16, num_attention_heads: 2, num_hidden_layers: 2, intermediate_size: 6 },
};
type Family = keyof typeof sizes;

describe.each<[Family, string, object]>([
  ['gpt2', 'n_head', { n_head: 3 }],
  ['gpt2', 'activation_function', { activation_function: 'mish' }],
  ['gpt2', 'add_cross_attention', { add_cross_attention: true }],
  ['gpt_neo', 'attention_types', { attention_types: [[['global'], 3]] }],
  ['gpt_neo', 'attention_types', { attention_types: [[['global', 'sparse'], 1]] }],
  ['gpt_neo', 'attention_types', { attention_types: [[['global'], 1e15]] }],
  ['opt', 'activation_function', { activation_function: 'xielu' }],
  ['opt', 'enable_bias', { enable_bias: 'yes' }],
  ['gpt_neox', 'rotary_pct', { rotary_pct: 0.4 }],
  ['gpt_neox', 'rotary_pct', { rotary_pct: 1.5 }],
  ['gpt_neox', 'rope_scaling.rope_type', { rope_scaling: { rope_type: 'longrope' } }],
])('%s with a wrong %s', (family, field, change) => {
  it(`refuses ${JSON.stringify(change)}`, () => {
    const read = () => architectures[family]!.readConfig({ ...sizes[family], ...change }, 'config.json');
    expect(read).toThrow(`config.json: field "${field}"`);
  });
});

it.each([
  ['gpt2', 'wte.weight', 'transformer.wte.weight'],
  ['gpt_neo', 'h.0.ln_1.bias', 'transformer.h.0.ln_1.bias'],
  ['opt', 'decoder.layers.0.fc1.weight', 'model.decoder.layers.0.fc1.weight'],
  ['opt', 'embed_tokens.weight', 'model.decoder.embed_tokens.weight'],
  ['gpt_neox', 'layers.0.attention.dense.bias', 'gpt_neox.layers.0.attention.dense.bias'],
  ['gpt_neox', 'embed_out.weight', 'embed_out.weight'],
])('%s finds %s of a bare file', (family, stored, name) => {
  expect(architectures[family]!.nameOf(stored)).toBe(name);
});

it('takes the general names of sizes before GPT-2 own ones, as transformers does', () => {
  const config = architectures['gpt2']!.readConfig({ ...sizes.gpt2, hidden_size: 4, num_hidden_layers: 3 });
  expect(config).toMatchObject({ hiddenSize: 4, layers: 3, intermediateSize: 16 });
});
