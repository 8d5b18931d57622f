import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadTokenizer } from '@tsarank/tokenizer';
import type { FuzzedReader } from './fuzzed-reader';

const reference = resolve(__dirname, '../../test/reference');
const kinds = (file: string, ...names: string[]) =>
  names.map((name) => readFileSync(join(reference, 'tokenizers', name, file)));
/** Words, spaces, digits, signs, other scripts, special tokens. */
const TEXT = "The cat,  it's 12!\n日本語 naïve \u{1F600} </s> [SEP] ﬁ";

/** Loads, and encodes, cuts and decodes a text both ways. */
function read(folder: string): void {
  const tokenizer = loadTokenizer(folder);
  for (const specialTokensInText of [true, false]) {
    const ids = tokenizer.encode(TEXT, { specialTokensInText });
    tokenizer.decode(ids.slice(0, 9));
  }
}

const of = (kind: string, file: string) => `tokenizers/${kind}/${file}`;

/** Every file that a tokenizer is made of, damaged one at a time. */
export const tokenizerReaders: readonly FuzzedReader[] = [
  {
    name: 'tokenizer.json',
    seeds: kinds('tokenizer.json', 'bloom', 'llama3'),
    file: 'tokenizer.json',
    beside: [],
    read,
  },
  {
    name: 'tokenizer rules',
    seeds: kinds('tokenizer.json', 'bloom', 'llama3').map(rulesOf),
    wrap: (rules) => Buffer.concat([rules.subarray(0, Math.max(0, rules.length - 1)), TINY_MODEL]),
    file: 'tokenizer.json',
    beside: [],
    read,
  },
  {
    name: 'SentencePiece BPE',
    seeds: kinds('tokenizer.model', 'llama', 'baichuan'),
    file: 'tokenizer.model',
    beside: [of('llama', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'SentencePiece Unigram',
    seeds: kinds('spiece.model', 't5'),
    file: 'spiece.model',
    beside: [of('t5', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'tiktoken',
    seeds: kinds('qwen.tiktoken', 'qwen'),
    file: 'qwen.tiktoken',
    beside: [of('qwen', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'vocab.txt',
    seeds: kinds('vocab.txt', 'bert-uncased', 'bert-cased'),
    file: 'vocab.txt',
    beside: [of('bert-uncased', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'vocab.json',
    seeds: kinds('vocab.json', 'gpt2'),
    file: 'vocab.json',
    beside: [of('gpt2', 'merges.txt'), of('gpt2', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'merges.txt',
    seeds: kinds('merges.txt', 'gpt2'),
    file: 'merges.txt',
    beside: [of('gpt2', 'vocab.json'), of('gpt2', 'tokenizer_config.json')],
    read,
  },
  {
    name: 'tokenizer config',
    seeds: kinds('tokenizer_config.json', 'qwen2', 'gpt2', 'opt'),
    file: 'tokenizer_config.json',
    beside: [of('qwen2', 'vocab.json'), of('qwen2', 'merges.txt')],
    read,
  },
  {
    name: 'LLaMA config',
    seeds: kinds('tokenizer_config.json', 'llama', 'llama-new', 'baichuan'),
    file: 'tokenizer_config.json',
    beside: [of('llama', 'tokenizer.model')],
    read,
  },
];

/** A `tokenizer.json` without its model, so that damage meets the rules. */
function rulesOf(bytes: Buffer): Buffer {
  return Buffer.from(JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), model: undefined }));
}

const TINY_MODEL = Buffer.from(
  ',"model":{"type":"BPE","unk_token":"a","vocab":{"a":0,"b":1,"ab":2,"c":3,"Ġ":4},"merges":[["a","b"]]}}',
);
