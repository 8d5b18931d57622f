import { InputError } from '@tsarank/io';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { CausalLm } from '../causal-lm';

/**
 * The tokens that end a text: `eos_token_id` (one, or a list) of `generation_config.json`, else of `config.json`, else the
 * tokenizer's end of text. Empty where none of them has one.
 *
 * @throws {InputError} where the field holds something else than ids.
 */
export function stopIds({ config }: Pick<CausalLm, 'config'>, tokenizer: Pick<Tokenizer, 'eosTokenId'>): number[] {
  const named = config.generation?.['eos_token_id'] ?? config.raw['eos_token_id'] ?? tokenizer.eosTokenId ?? [];
  const ids: unknown[] = Array.isArray(named) ? named : [named];
  if (ids.every((id) => Number.isInteger(id))) return ids as number[];
  throw new InputError({
    field: 'eos_token_id',
    found: JSON.stringify(named),
    expected: 'a token id, or a list of them',
  });
}
