import { sha256 } from '@tsarank/io';
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import { exactPreTokenizer } from './pre-tokenizer-rules';
import type { RuleNode } from './pre-tokenizer-rules';

/** A file that belongs to a tokenizer, to be saved beside the model. */
export interface TokenizerFile {
  name: string;
  bytes: Uint8Array;
}

/** Text to token ids and back, with the same ids and text as the reference library's `AutoTokenizer`. */
export interface Tokenizer {
  /** Ids of a text; special tokens (a BOS, where the model has one) are added unless told otherwise. */
  encode(text: string, options?: { addSpecialTokens?: boolean }): number[];
  /** Text of the ids, special tokens included; bytes cut out of a character become U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Tokens, added ones included; the model's output may have more rows. */
  readonly vocabularySize: number;
  readonly bosToken?: string;
  readonly bosTokenId?: number;
  readonly eosToken?: string;
  readonly eosTokenId?: number;
  readonly padTokenId?: number;
  readonly files: readonly TokenizerFile[];
  /** SHA-256 over names and bytes of `files`. */
  readonly hash: string;
}

/** What a tokenizer is made of: the two JSON objects of a Hugging Face folder, and the files to keep. */
export interface TokenizerParts {
  definition: Record<string, unknown>;
  config: Record<string, unknown>;
  files: readonly TokenizerFile[];
}

/** Classes of the reference that build the template from `add_bos_token` and `add_eos_token`, whatever the file says. */
const TEMPLATE_CLASSES = new Map([
  ['LlamaTokenizer', { bos: '<s>', eos: '</s>' }],
  ['LlamaTokenizerFast', { bos: '<s>', eos: '</s>' }],
  ['CodeLlamaTokenizerFast', { bos: '<s>', eos: '</s>' }],
  ['GemmaTokenizer', { bos: '<bos>', eos: '<eos>' }],
  ['GemmaTokenizerFast', { bos: '<bos>', eos: '<eos>' }],
]);

/**
 * Build a tokenizer of `tokenizer.json` and `tokenizer_config.json` objects.
 *
 * Source: transformers 4.57 `tokenization_utils_fast.py`, `tokenization_llama_fast.py`.
 */
export function createTokenizer({ definition, config, files }: TokenizerParts): Tokenizer {
  const defaults = TEMPLATE_CLASSES.get(String(config['tokenizer_class']));
  const bosToken = tokenText(config['bos_token']) ?? defaults?.bos;
  const eosToken = tokenText(config['eos_token']) ?? defaults?.eos;
  const padToken = tokenText(config['pad_token']);
  const engine = new Engine(
    {
      ...definition,
      pre_tokenizer: exactPreTokenizer(definition['pre_tokenizer'] as RuleNode | null),
      // The engine reads a missing rule as an error.
      normalizer: definition['normalizer'] ?? null,
      post_processor: definition['post_processor'] ?? null,
      decoder: definition['decoder'] ?? null,
    },
    config,
  );
  const idOf = (token: string | undefined) => (token === undefined ? undefined : engine.token_to_id(token));
  const bosTokenId = idOf(bosToken);
  const eosTokenId = idOf(eosToken);
  const ends = defaults && {
    start: config['add_bos_token'] === false || bosTokenId === undefined ? [] : [bosTokenId],
    end: config['add_eos_token'] === true && eosTokenId !== undefined ? [eosTokenId] : [],
  };
  const cleanUp = config['clean_up_tokenization_spaces'] === true;
  return {
    encode(text, { addSpecialTokens = true } = {}) {
      if (text === '' && !addSpecialTokens) return [];
      const { ids } = engine.encode(text, { add_special_tokens: addSpecialTokens && !ends });
      return ends && addSpecialTokens ? [...ends.start, ...ids, ...ends.end] : ids;
    },
    decode(ids) {
      if (ids.length === 0) return '';
      return engine.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: cleanUp });
    },
    vocabularySize: engine.get_vocab(true).size,
    bosToken,
    bosTokenId,
    eosToken,
    eosTokenId,
    padTokenId: idOf(padToken),
    files,
    hash: sha256(files.map(({ name, bytes }) => `${name} ${sha256(bytes)}\n`).join('')),
  };
}

/** A special token is written as its text or as an object with its text in `content`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}
