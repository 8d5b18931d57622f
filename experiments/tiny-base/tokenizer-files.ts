import type { BytePairVocabulary } from './byte-pair-trainer';

export const END_OF_TEXT = '<|endoftext|>';
export const PAD = '<|pad|>';

/** The Hugging Face files of a byte-level tokenizer: ids 0 and 1 are end of text and padding, then the symbols. */
export function tokenizerFiles({ symbols, merges }: BytePairVocabulary): Record<string, string> {
  const special = [END_OF_TEXT, PAD];
  const vocab = Object.fromEntries([...special, ...symbols].map((symbol, id) => [symbol, id]));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: END_OF_TEXT,
    pad_token: PAD,
    clean_up_tokenization_spaces: false,
    model_max_length: 512,
  };
  const specialMap = { eos_token: END_OF_TEXT, pad_token: PAD };
  return {
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': `${JSON.stringify(config, null, 2)}\n`,
    'special_tokens_map.json': `${JSON.stringify(specialMap, null, 2)}\n`,
  };
}
