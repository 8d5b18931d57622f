import { sha256 } from '@tsarank/io';
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import { textOf } from './settings/added-tokens';
import { checkDefinition } from './rules/check-definition';
import { correctDecoder } from './rules/decoder';
import { exactNormalizer } from './rules/normalizer';
import { pairOfEnds, pairTemplate } from './rules/pair-template';
import type { PairPart } from './rules/pair-template';
import type { EncodeOptions } from './encode-options';
import { splitAsReference } from './engine/added-token-splitter';
import { plainText } from './engine/plain-text';
import { exactPreTokenizer } from './rules/pre-tokenizer';
import type { RuleNode } from './rules/pre-tokenizer';
import { withoutSpecialTokens } from './engine/without-special-tokens';

/** A file that belongs to a tokenizer, to be saved beside the model. */
export interface TokenizerFile {
  name: string;
  bytes: Uint8Array;
}

/** Text to token ids and back, with the same ids and text as the reference library's `AutoTokenizer`. */
export interface Tokenizer {
  /** Ids of a text. */
  encode(text: string, options?: EncodeOptions): number[];
  /** Text of the ids, special tokens included; bytes cut out of a character become U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Tokens, added ones included; the model's output may have more rows. */
  readonly vocabularySize: number;
  readonly bosToken?: string;
  readonly bosTokenId?: number;
  readonly eosToken?: string;
  readonly eosTokenId?: number;
  readonly padTokenId?: number;
  /** The special token that stands for what the vocabulary lacks, where there is one. */
  readonly unknownTokenId?: number;
  /** How two texts are joined (textPairEncoder); absent: one follows the other. */
  readonly pairTemplate?: readonly PairPart[];
  /** Longest input that the model was made for, in tokens, where the folder says it (`model_max_length`). */
  readonly maxTokens?: number;
  readonly files: readonly TokenizerFile[];
  /** SHA-256 over names and bytes of `files`. */
  readonly hash: string;
}

/** What a tokenizer is made of: the two JSON objects of a Hugging Face folder, and the files to keep. */
export interface TokenizerParts {
  definition: Record<string, unknown>;
  config: Record<string, unknown>;
  files: readonly TokenizerFile[];
  /** Special tokens around every text, in the place of the definition's template. */
  ends?: { start: readonly string[]; end: readonly string[] };
  /** The rule by which added tokens are normalised, where it is another than the texts'. */
  addedTokenNormalizer?: unknown;
}

/** Letters, a digit, signs, spaces, a line end, two scripts. */
const TRIAL_TEXT = 'A word, 1\n  日';
/**
 * Build a tokenizer of `tokenizer.json` and `tokenizer_config.json` objects.
 *
 * Source: transformers 4.57 `tokenization_utils_fast.py`, `tokenization_llama_fast.py`.
 */
export function createTokenizer(parts: TokenizerParts): Tokenizer {
  const { definition, config, files, ends: around } = parts;
  const tokenRule = parts.addedTokenNormalizer === undefined ? definition['normalizer'] : parts.addedTokenNormalizer;
  const bosToken = textOf(config['bos_token']);
  const eosToken = textOf(config['eos_token']);
  const padToken = textOf(config['pad_token']);
  checkDefinition(definition);
  const engine = engineOf(definition, config, tokenRule);
  // Rules that lack something are found now, not at some text.
  if (engine.encode('').ids.includes(undefined as never))
    throw new RangeError('its template names a token that has no id');
  const trial = known(engine.encode(TRIAL_TEXT).ids);
  if (trial.length > 0) engine.decode(trial);
  const plain = plainText(engine, definition, (kept) =>
    engineOf(withoutSpecialTokens(definition, kept), config, tokenRule),
  );
  const idOf = (token: string | undefined) => (token === undefined ? undefined : engine.token_to_id(token));
  const bosTokenId = idOf(bosToken);
  const eosTokenId = idOf(eosToken);
  const idsOf = (tokens: readonly string[]): number[] =>
    tokens.map((token) => {
      const id = idOf(token);
      if (id === undefined) throw new RangeError(`its template names ${token}, which has no id`);
      return id;
    });
  const ends = around && { start: idsOf(around.start), end: idsOf(around.end) };
  const splitsSpecial = config['split_special_tokens'] === true;
  const cleanUp = config['clean_up_tokenization_spaces'] === true;
  return {
    encode(text, { addSpecialTokens = true, specialTokensInText = true, unknownInText = false, ending = '' } = {}) {
      if (text + ending === '' && !addSpecialTokens) return [];
      const template = addSpecialTokens && !ends;
      const ids =
        specialTokensInText && !splitsSpecial
          ? known(engine.encode(text + ending, { add_special_tokens: template }).ids)
          : known(plain.encode(text, { ending, addSpecialTokens: template, unknownInText }));
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
    unknownTokenId: plain.unknownId,
    pairTemplate: ends ? pairOfEnds(ends) : pairTemplate((definition['post_processor'] ?? null) as RuleNode | null),
    maxTokens: maxTokensOf(config['model_max_length']),
    files,
    hash: sha256(files.map(({ name, bytes }) => `${name} ${sha256(bytes)}\n`).join('')),
  };
}

/** The reference writes a number beyond counting where it knows none. */
function maxTokensOf(length: unknown): number | undefined {
  return Number.isInteger(length) && (length as number) > 0 && (length as number) < 2 ** 31
    ? (length as number)
    : undefined;
}

/** Without what a vocabulary lacks that has no unknown token: the reference leaves it out, too. */
function known(ids: (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}

/** The library's tokenizer, with its differences from the Rust reference taken out. */
function engineOf(definition: Record<string, unknown>, config: Record<string, unknown>, tokenRule: unknown): Engine {
  const engine = new Engine(
    {
      ...definition,
      added_tokens: definition['added_tokens'] ?? [],
      pre_tokenizer: exactPreTokenizer(definition['pre_tokenizer'] as RuleNode | null),
      // The engine reads a missing rule as an error.
      normalizer: definition['normalizer'] ?? null,
      post_processor: definition['post_processor'] ?? null,
      decoder: definition['decoder'] ?? null,
    },
    config,
  );
  const normalize = exactNormalizer(definition['normalizer'] as RuleNode | null);
  engine.normalizer = normalize as unknown as Engine['normalizer'];
  splitAsReference(engine, definition, { normalize, normalizeToken: exactNormalizer(tokenRule as RuleNode | null) });
  correctDecoder(engine.decoder);
  return engine;
}
