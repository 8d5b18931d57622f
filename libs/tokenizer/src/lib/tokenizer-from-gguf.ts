import { InputError } from '@tsarank/io';
import { bytePairModel } from './byte-pair-model';
import { BYTE_DECODER, BYTE_LEVEL, BYTES_ONLY, modernSplit, sequence, splitRule } from './pre-tokenizer-rules';
import type { RuleNode } from './pre-tokenizer-rules';
import { templateRule } from './template-rule';
import { createTokenizer } from './tokenizer';
import type { Tokenizer } from './tokenizer';

/** What each `tokenizer.ggml.pre` stands for. Source: llama.cpp `llama-vocab.cpp`. */
const RULES: Record<string, { split: RuleNode; normalizer?: RuleNode; ignoreMerges?: boolean }> = {
  'gpt-2': { split: BYTE_LEVEL },
  smollm: { split: sequence({ type: 'Digits', individual_digits: true }, BYTE_LEVEL) },
  'llama-bpe': { split: sequence(splitRule(modernSplit('\\p{N}{1,3}')), BYTES_ONLY), ignoreMerges: true },
  qwen2: { split: sequence(splitRule(modernSplit('\\p{N}')), BYTES_ONLY), normalizer: { type: 'NFC' } },
};
const CONTROL = 3;
const USER_DEFINED = 4;

/**
 * The tokenizer described in a GGUF file's metadata, as a Hugging Face `tokenizer.json` (byte-level BPE only).
 *
 * @param metadata Keys and values of the GGUF header.
 * @param file Named in errors.
 * @throws {InputError} when the metadata hold no tokenizer, or one of a kind that is not read.
 */
export function tokenizerFromGguf(metadata: Readonly<Record<string, unknown>>, file?: string): Tokenizer {
  const model = metadata['tokenizer.ggml.model'];
  if (model !== 'gpt2') {
    throw new InputError({ file, field: 'tokenizer.ggml.model', found: String(model), expected: 'gpt2 (byte-level BPE)' });
  }
  const pre = String(metadata['tokenizer.ggml.pre'] ?? 'gpt-2');
  const rule = Object.hasOwn(RULES, pre) ? RULES[pre] : undefined;
  if (!rule) {
    const expected = `one of ${Object.keys(RULES).join(', ')}`;
    throw new InputError({ file, field: 'tokenizer.ggml.pre', found: pre, expected });
  }
  const list = <T>(key: string): T[] => {
    const value = metadata[key];
    if (Array.isArray(value)) return value as T[];
    throw new InputError({ file, field: key, found: value === undefined ? 'nothing' : typeof value, expected: 'a list' });
  };
  const tokens = list<string>('tokenizer.ggml.tokens');
  const kinds = list<number>('tokenizer.ggml.token_type');
  const added = tokens.flatMap((content, id) =>
    kinds[id] === CONTROL || kinds[id] === USER_DEFINED
      ? [{ id, content, ...PLAIN_TOKEN, special: kinds[id] === CONTROL }]
      : [],
  );
  const tokenAt = (key: string) => {
    const id = metadata[`tokenizer.ggml.${key}_token_id`];
    return typeof id === 'number' ? tokens[id] : undefined;
  };
  const bos = tokenAt('bos');
  const definition = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: rule.normalizer ?? null,
    pre_tokenizer: rule.split,
    post_processor:
      metadata['tokenizer.ggml.add_bos_token'] === true && bos !== undefined
        ? templateRule([{ content: bos, id: tokens.indexOf(bos) }], [], 'around')
        : null,
    decoder: BYTE_DECODER,
    model: bytePairModel({
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: list<string>('tokenizer.ggml.merges').map((merge) => merge.split(' ')),
      ignoreMerges: rule.ignoreMerges,
    }),
  };
  const config: Record<string, unknown> = {
    added_tokens_decoder: Object.fromEntries(added.map(({ id, ...token }) => [String(id), token])),
    bos_token: bos,
    clean_up_tokenization_spaces: false,
    eos_token: tokenAt('eos'),
    extra_special_tokens: {},
    model_max_length: 1e30,
    pad_token: tokenAt('padding'),
    tokenizer_class: 'PreTrainedTokenizerFast',
  };
  const bytes = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const files = [
    { name: 'tokenizer.json', bytes: bytes(definition) },
    { name: 'tokenizer_config.json', bytes: bytes(config) },
  ];
  try {
    return createTokenizer({ definition, config, files });
  } catch (error) {
    throw new InputError({ file, message: `its tokenizer can't be used (${(error as Error).message})` });
  }
}

const PLAIN_TOKEN = { single_word: false, lstrip: false, rstrip: false, normalized: false };
