import { templateEnds } from '../settings/class-settings';
import { InputError } from '@tsarank/io';
import { bytePairModel } from './byte-pair-model';
import { definitionOf } from './converted-tokenizer';
import { ggufSentencePiece } from './gguf-sentence-piece';
import { BYTE_DECODER, BYTE_LEVEL, BYTES_ONLY, modernSplit, sequence, splitRule } from '../rules/pre-tokenizer';
import type { RuleNode } from '../rules/pre-tokenizer';
import { templateRule } from '../rules/template-rule';
import { createTokenizer } from '../tokenizer';
import type { Tokenizer } from '../tokenizer';

interface PreTokenizer {
  split: RuleNode;
  normalizer?: RuleNode;
  ignoreMerges?: boolean;
}

const NFC: RuleNode = { type: 'NFC' };
/** Runs of all but spaces and the signs that end words and sentences. */
const BLOOM_SPLIT = ' ?[^(\\s|.,!?…。，、।۔،)]+';

const GPT2: PreTokenizer = { split: BYTE_LEVEL };
const BLOOM: PreTokenizer = { split: sequence(splitRule(BLOOM_SPLIT), BYTES_ONLY) };
const LLAMA3: PreTokenizer = { split: sequence(splitRule(modernSplit('\\p{N}{1,3}')), BYTES_ONLY), ignoreMerges: true };
const QWEN2: PreTokenizer = { split: sequence(splitRule(modernSplit('\\p{N}')), BYTES_ONLY), normalizer: NFC };

/**
 * What each `tokenizer.ggml.pre` stands for. The converter knows tokenizers by what they make of a text: Pythia's has the
 * name of OLMo's, which is made from it, and Qwen's that of Qwen2's. Source: llama.cpp `llama-vocab.cpp`.
 */
const RULES: Record<string, PreTokenizer> = {
  'gpt-2': GPT2,
  smollm: { split: sequence({ type: 'Digits', individual_digits: true }, BYTE_LEVEL) },
  'llama-bpe': LLAMA3,
  llama3: LLAMA3,
  'llama-v3': LLAMA3,
  qwen2: QWEN2,
  'deepseek-r1-qwen': QWEN2,
  olmo: { split: BYTE_LEVEL, normalizer: NFC },
  bloom: BLOOM,
};
const CONTROL = 3;
const USER_DEFINED = 4;

/**
 * The tokenizer described in a GGUF file's metadata, as a Hugging Face `tokenizer.json`: byte-level BPE (`gpt2`) or SentencePiece
 * BPE (`llama`).
 *
 * @param metadata Keys and values of the GGUF header.
 * @param file Named in errors.
 * @throws {InputError} when the metadata hold no tokenizer, or one of a kind that is not read.
 */
export function tokenizerFromGguf(metadata: Readonly<Record<string, unknown>>, file?: string): Tokenizer {
  const model = metadata['tokenizer.ggml.model'];
  if (model !== 'gpt2' && model !== 'llama') {
    const expected =
      'gpt2 (byte-level BPE) or llama (SentencePiece BPE); for others the model is read from its Hugging Face folder';
    throw new InputError({ file, field: 'tokenizer.ggml.model', found: String(model), expected });
  }
  const list = <T>(key: string): T[] => {
    const value = metadata[key];
    if (Array.isArray(value)) return value as T[];
    throw new InputError({
      file,
      field: key,
      found: value === undefined ? 'nothing' : typeof value,
      expected: 'a list',
    });
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
  const byteLevel = () => {
    const pre = String(metadata['tokenizer.ggml.pre'] ?? 'gpt-2');
    const rule = Object.hasOwn(RULES, pre) ? RULES[pre] : undefined;
    if (!rule)
      throw new InputError({
        file,
        field: 'tokenizer.ggml.pre',
        found: pre,
        expected: `one of ${Object.keys(RULES).join(', ')}`,
      });
    return definitionOf({
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
    });
  };
  const { definition, config: own } = usable(file, () =>
    model === 'llama'
      ? ggufSentencePiece({ tokens, scores: list('tokenizer.ggml.scores'), kinds, tokenAt, metadata })
      : { definition: byteLevel(), config: {} },
  );
  const config: Record<string, unknown> = {
    ...own,
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
  return usable(file, () => createTokenizer({ definition, config, files, ends: templateEnds(config) }));
}

/** What went wrong inside is said with the file's name. */
function usable<T>(file: string | undefined, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ file, message: `its tokenizer can't be used (${(error as Error).message})` });
  }
}

const PLAIN_TOKEN = { single_word: false, lstrip: false, rstrip: false, normalized: false };
