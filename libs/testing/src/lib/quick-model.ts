import { buildLlama, saveModel } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { createTokenizer, type Tokenizer } from '@tsarank/tokenizer';

const END = '<|end|>';

/** A byte a token, and one for the end of a text: 257 tokens. */
export function byteTokenizer(): Tokenizer {
  const letters = byteLetters();
  const vocab = Object.fromEntries([...letters, END].map((letter, id) => [letter, id]));
  const level = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const ending = {
    id: letters.length,
    content: END,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  };
  const definition = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [ending],
    normalizer: null,
    pre_tokenizer: level,
    post_processor: null,
    decoder: level,
    model: { type: 'BPE', dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false, vocab, merges: [] },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: END,
    pad_token: END,
    clean_up_tokenization_spaces: false,
  };
  const file = (name: string, value: unknown) => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
  return createTokenizer({
    definition,
    config,
    files: [file('tokenizer.json', definition), file('tokenizer_config.json', config)],
  });
}

/**
 * Writes a LLaMA-type model of four blocks and a few thousand untrained weights as a Hugging Face folder; whole
 * pipelines take seconds with it. An engine must have been selected before.
 */
export async function writeQuickModel(folder: string): Promise<void> {
  const tokenizer = byteTokenizer();
  const sizes = { vocabularySize: tokenizer.vocabularySize, hiddenSize: 16, layers: 4, heads: 2, intermediateSize: 32 };
  const { eosTokenId, padTokenId } = tokenizer;
  const model = buildLlama({ ...sizes, maxPositions: 512, eosTokenId, padTokenId }, Random.fromSeed('quick model'));
  await saveModel(folder, { model, tokenizer });
  model.dispose();
}

/** The printable letter that stands for each byte in byte-level vocabularies (GPT-2's table). */
function byteLetters(): string[] {
  const isPlain = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPlain(byte) ? byte : next++));
}
