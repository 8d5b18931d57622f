import { InputError } from '@tsarank/io';
import { readT5Config } from './t5-config';
import { t5WeightShapes } from './t5-weights';

const SIZES = { vocab_size: 90, d_model: 6, d_kv: 4, d_ff: 10, num_layers: 2, num_heads: 3 };
const read = (options: Record<string, unknown> = {}) => readT5Config('t5', { ...SIZES, ...options }, 'config.json');

describe('readT5Config', () => {
  it('fills in what transformers does', () => {
    expect(read()).toMatchObject({
      layers: 2,
      decoderLayers: 2,
      headSize: 4,
      buckets: 32,
      maxDistance: 128,
      normEpsilon: 1e-6,
      activation: 'relu',
      gated: false,
      tied: true,
      scaledOutput: true,
      decoderStartTokenId: 0,
    });
    expect(readT5Config('mt5', SIZES)).toMatchObject({
      activation: 'gelu_new',
      gated: true,
      tied: false,
      scaledOutput: false,
    });
    expect(readT5Config('umt5', SIZES)).toMatchObject({
      activation: 'gelu_new',
      gated: true,
      tied: true,
      ownBiases: true,
    });
  });

  it.each([
    ['relu', { activation: 'relu', gated: false }],
    ['gelu', { activation: 'gelu', gated: false }],
    ['gated-gelu', { activation: 'gelu_new', gated: true }],
    ['gated-silu', { activation: 'silu', gated: true }],
    ['gated-relu', { activation: 'relu', gated: true }],
  ])('knows the feed-forward part %s', (name, expected) => {
    expect(read({ feed_forward_proj: name })).toMatchObject(expected);
  });

  it('lets the fields that a file has beside a general one go before it', () => {
    expect(read({ feed_forward_proj: 'gated-gelu', dense_act_fn: 'silu', is_gated_act: false })).toMatchObject({
      activation: 'silu',
      gated: false,
    });
    expect(read({ hidden_size: 8, num_hidden_layers: 3, num_attention_heads: 5, head_dim: 7 })).toMatchObject({
      hiddenSize: 8,
      layers: 3,
      heads: 5,
      headSize: 7,
    });
  });

  it.each([
    [{ tie_word_embeddings: false }, { tied: false, scaledOutput: false }],
    [{ tie_word_embeddings: true }, { tied: true, scaledOutput: true }],
    [
      { tie_word_embeddings: true, scale_decoder_outputs: false },
      { tied: false, scaledOutput: false },
    ],
    [
      { tie_word_embeddings: true, scale_decoder_outputs: true },
      { tied: true, scaledOutput: true },
    ],
  ])('tells the heads of 1.0 and 1.1 apart: %j', (options, expected) => {
    expect(read(options)).toMatchObject(expected);
    expect(t5WeightShapes(read(options)).has('lm_head.weight')).toBe(!expected.tied);
  });

  it.each([
    ['t5', { scale_decoder_outputs: false }, true, { tied: false, scaledOutput: false }],
    ['t5', { scale_decoder_outputs: false }, false, { tied: true, scaledOutput: false }],
    ['t5', { scale_decoder_outputs: true }, false, { tied: true, scaledOutput: true }],
    ['mt5', {}, true, { tied: false, scaledOutput: false }],
    ['mt5', {}, false, { tied: true, scaledOutput: false }],
  ] as const)(
    'takes the matrix of a %s of transformers 5, %j, for its own where it is stored: %s',
    (type, options, has, expected) => {
      const raw = { ...SIZES, ...options, tie_word_embeddings: true, transformers_version: '5.24.0' };
      expect(readT5Config(type, raw, 'config.json', { has: () => has })).toMatchObject(expected);
    },
  );

  it.each([
    [{ decoder_start_token_id: 5, pad_token_id: 3 }, 5],
    [{ decoder_start_token_id: null, pad_token_id: 3 }, 3],
  ])('begins with the token of %j', (options, expected) => expect(read(options).decoderStartTokenId).toBe(expected));

  it.each([
    ['d_model', { d_model: undefined }],
    ['d_ff', { d_ff: 1.5 }],
    ['num_decoder_layers', { num_decoder_layers: 0 }],
    ['feed_forward_proj', { feed_forward_proj: 'glued-gelu' }],
    ['feed_forward_proj', { feed_forward_proj: 'gated-mish' }],
    ['dense_act_fn', { dense_act_fn: 'mish' }],
    ['relative_attention_num_buckets', { relative_attention_num_buckets: 3 }],
    ['relative_attention_max_distance', { relative_attention_max_distance: 16 }],
    ['tie_encoder_decoder', { tie_encoder_decoder: true }],
    ['scale_decoder_outputs', { tie_word_embeddings: false, scale_decoder_outputs: true }],
    ['pruned_heads', { pruned_heads: { 0: [1] } }],
    ['decoder_start_token_id', { decoder_start_token_id: -1 }],
  ])('refuses a wrong %s, naming file and field', (field, options) => {
    expect(() => read(options)).toThrow(InputError);
    expect(() => read(options)).toThrow(new RegExp(`config.json.*${field}`));
  });
});
