import { baichuan } from './baichuan';
import { decoderCases } from '../parity/decoder-cases';

decoderCases('Baichuan', ['baichuan-7b', 'baichuan-7b/model.gguf', 'baichuan-13b', 'baichuan2-7b', 'baichuan2-13b']);

const sizes = { vocab_size: 64000, hidden_size: 8, intermediate_size: 4, num_hidden_layers: 1, num_attention_heads: 2 };
const small = { ...sizes, max_position_embeddings: 64 };

describe('its configuration', () => {
  const published13b = { hidden_size: 5120, num_hidden_layers: 40, num_attention_heads: 40 };
  it.each([
    [small, 'rotary', false],
    [{ ...sizes, model_max_length: 64 }, 'alibi', false],
    [{ ...sizes, ...published13b }, 'alibi', false],
    [{ ...small, ...published13b, vocab_size: 125696 }, 'alibi', true],
    [{ ...small, vocab_size: 125696 }, 'rotary', true],
    [{ ...small, model_max_length: 64 }, 'rotary', true],
    [{ ...small, model_max_length: 64, architectures: ['BaiChuanForCausalLM'] }, 'rotary', false],
    [{ ...sizes, model_max_length: 64, z_loss_weight: 0 }, 'alibi', true],
  ])('%j: positions %s, normalized head %s', (raw, positions, normalizedHead) => {
    expect(baichuan.readConfig(raw)).toMatchObject({ positions, normalizedHead });
  });

  it.each([
    [sizes, 'field "max_position_embeddings": found nothing'],
    [{ ...small, num_attention_heads: 3 }, 'a divisor of the hidden size 8'],
    [{ ...small, num_attention_heads: 8 }, 'heads of even size'],
    [{ ...small, hidden_act: 'gelu' }, 'expected silu'],
    [{ ...small, num_key_value_heads: 1 }, 'field "num_key_value_heads": found 1, expected 2'],
    [{ ...small, rope_theta: 5000 }, 'field "rope_theta": found 5000, expected 10000'],
    [{ ...small, rope_scaling: { type: 'linear', factor: 2 } }, 'field "rope_scaling"'],
  ])('refuses %j', (raw, message) => {
    expect(() => baichuan.readConfig(raw)).toThrow(message);
  });
});
