import { bloom } from './bloom';
import { decoderCases } from '../parity/decoder-cases';

decoderCases('BLOOM', ['bloom-published', 'bloom-published/model.gguf', 'bloom-untied']);

const raw = { vocab_size: 10, hidden_size: 8, n_layer: 1, n_head: 2 };

it('reads the older names, and the embedding as the output matrix where nothing is said', () => {
  const older = { vocab_size: 10, n_embed: 8, num_hidden_layers: 1, num_attention_heads: 2 };
  expect({ ...bloom.readConfig(older), raw }).toEqual(bloom.readConfig(raw));
  expect(bloom.readConfig(raw).tied).toBe(true);
});

it('refuses heads that the hidden size cannot be split into', () => {
  expect(() => bloom.readConfig({ ...raw, n_head: 3 }, 'config.json')).toThrow(
    '"n_head": found 3, expected a divisor of the hidden size 8',
  );
});
