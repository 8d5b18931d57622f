import { rotaryFrequencies } from '../../parts/rotary-frequencies';
import { readLlamaConfig } from './llama-config';
import { llamaWeightShapes } from './llama-weights';
import { mistral } from './mistral';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import { smollm3 } from './smollm3';

const sizes = {
  vocab_size: 30,
  hidden_size: 8,
  intermediate_size: 6,
  num_hidden_layers: 4,
  num_attention_heads: 2,
  num_key_value_heads: 1,
};
const families = { qwen2, qwen3, mistral, smollm3 };
const read = (family: keyof typeof families, raw: object = {}) =>
  families[family].readConfig({ ...sizes, ...raw }, 'config.json');

describe('absent fields', () => {
  it("mean what each family's class of transformers takes them for", () => {
    expect(read('qwen3')).toMatchObject({ headSize: 128, tied: false, headNorms: true, queryKeyValueBias: false });
    expect(read('qwen2')).toMatchObject({
      headSize: 4,
      queryKeyValueBias: true,
      outputBias: false,
      windows: [null, null, null, null],
    });
    expect(read('mistral')).toMatchObject({ windows: [4096, 4096, 4096, 4096], ropeTheta: 10_000 });
    expect(read('smollm3')).toMatchObject({
      tied: true,
      ropeTheta: 2_000_000,
      rotaryLayers: [true, true, true, false],
    });
    expect(readLlamaConfig({ ...sizes, hidden_size: 9 }).headSize).toBe(4);
    expect(readLlamaConfig(sizes).activation).toBe('silu');
    expect(read('mistral', { hidden_act: 'gelu_new' })).toMatchObject({ activation: 'gelu_new' });
  });
});

describe('windows', () => {
  it('follow max_window_layers, layer_types, or the blocks without rotary positions', () => {
    const sliding = { use_sliding_window: true, sliding_window: 5 };
    const types = ['full_attention', 'sliding_attention', 'full_attention', 'full_attention'];
    expect(read('qwen2', { ...sliding, max_window_layers: 3 }).windows).toEqual([null, null, null, 5]);
    expect(read('qwen2', { ...sliding, max_window_layers: 0 }).windows).toEqual([5, 5, 5, 5]);
    expect(read('qwen3', { ...sliding, layer_types: types }).windows).toEqual([null, 5, null, null]);
    expect(read('qwen2', { sliding_window: 5, max_window_layers: 0 }).windows).toEqual([null, null, null, null]);
    expect(read('mistral', { sliding_window: null }).windows).toEqual([null, null, null, null]);
    expect(read('smollm3', { ...sliding, no_rope_layers: [1, 0, 1, 0] }).windows).toEqual([null, 5, null, 5]);
  });
});

it('has biases and head norms where the config says so', () => {
  const names = (family: keyof typeof families, raw: object) =>
    [...llamaWeightShapes(read(family, raw)).keys()].filter((name) => name.includes('.0.self_attn'));
  expect(names('qwen2', {}).filter((name) => name.endsWith('bias'))).toHaveLength(3);
  expect(names('qwen3', { attention_bias: true }).filter((name) => /bias$|_norm/.test(name))).toHaveLength(6);
  expect(names('smollm3', { attention_bias: true }).filter((name) => name.endsWith('bias'))).toHaveLength(4);
});

describe('refusals name field and expectation', () => {
  it.each([
    [
      'qwen2',
      { layer_types: ['sliding_attention', 'full_attention', 'full_attention', 'full_attention'] },
      /layer_types.*no sliding_window is in use/,
    ],
    ['qwen3', { layer_types: ['full_attention'] }, /layer_types.*4 entries/],
    [
      'qwen3',
      { layer_types: ['chunked_attention', 'full_attention', 'full_attention', 'full_attention'] },
      /chunked_attention.*full_attention or sliding/,
    ],
    [
      'mistral',
      { layer_types: ['full_attention', 'sliding_attention', 'full_attention', 'full_attention'] },
      /layer_types.*every layer sliding/,
    ],
    ['smollm3', { no_rope_layers: [1, 2, 1, 1] }, /no_rope_layers.*0 or 1/],
    ['qwen2', { rope_scaling: { type: 'longrope', factor: 2 } }, /rope_type.*longrope.*dynamic, llama3 or yarn/],
    ['qwen2', { rope_scaling: { factor: 2 } }, /rope_scaling\.rope_type.*nothing.*beside factor/],
    [
      'qwen3',
      { rope_parameters: { full_attention: { rope_type: 'default' } } },
      /rope_parameters\.full_attention.*same settings for all layers/,
    ],
    ['mistral', { partial_rotary_factor: 0.5 }, /partial_rotary_factor.*0\.5/],
    ['qwen3', { hidden_act: 'mish' }, /hidden_act.*one of gelu.*silu/],
  ] as const)('%s %j', (family, raw, message) => {
    expect(() => read(family, raw)).toThrow(message);
  });
});

// Frequencies and attention factors of transformers 4.57 (`ROPE_INIT_FUNCTIONS`) for heads of 8 channels, theta 100.
describe('rotary scalings', () => {
  const scaled = (scaling: object, length?: number) => {
    const { ropeScaling } = readLlamaConfig({ ...sizes, max_position_embeddings: 64, rope_scaling: scaling });
    return {
      ropeScaling,
      frequencies: [...rotaryFrequencies({ headSize: 8, theta: 100, scaling: ropeScaling }, length)],
    };
  };
  const close = (found: number[], wanted: number[]) =>
    found.forEach((value, k) => expect(value / wanted[k]!).toBeCloseTo(1, 6));

  it('yarn, with weighted magnitudes', () => {
    const { ropeScaling, frequencies } = scaled({ type: 'yarn', factor: 3, mscale: 0.7, mscale_all_dim: 0.3 });
    close(frequencies, [1, 0.24595491588115692, 0.0555555559694767, 0.010540924966335297]);
    expect(ropeScaling).toMatchObject({
      attentionFactor: expect.closeTo(1.0425423646102305, 12) as number,
      originalMaxPositions: 64,
    });
  });

  it('yarn, with a ramp between fractions of channels', () => {
    const scaling = {
      rope_type: 'yarn',
      factor: 4,
      original_max_position_embeddings: 512,
      beta_fast: 16,
      beta_slow: 2,
      truncate: false,
    };
    const { ropeScaling, frequencies } = scaled(scaling);
    close(frequencies, [1, 0.3162277638912201, 0.07566440105438232, 0.010796109214425087]);
    expect(ropeScaling).toMatchObject({ attentionFactor: expect.closeTo(1.138629436111989, 12) as number });
  });

  it('dynamic, by the length of the sequence', () => {
    close(
      scaled({ rope_type: 'dynamic', factor: 4 }, 100).frequencies,
      [1, 0.21348737180233002, 0.04557686299085617, 0.009730084799230099],
    );
    expect(scaled({ rope_type: 'dynamic', factor: 4 }, 64).frequencies).toEqual([
      ...rotaryFrequencies({ headSize: 8, theta: 100, scaling: null }),
    ]);
  });
});
