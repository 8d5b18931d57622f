import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadTokenizer } from '../load-tokenizer';
import { tokenizerFromGguf } from './gguf';

const tokenizers = resolve(__dirname, '../../../../../test/reference/tokenizers');

interface Vocabulary {
  vocab: Record<string, number>;
  merges: string[];
  added: { id: number; content: string; special: boolean }[];
}

/** Its files leave it to its class. */
const GPT2_SPECIAL = { 0: { content: '<|endoftext|>', special: true } };

/** Of `tokenizer.json`, or of the older `vocab.json` and `merges.txt`. */
function vocabularyOf(folder: string): Vocabulary {
  const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
  if (!existsSync(`${folder}/tokenizer.json`)) {
    const config = JSON.parse(read('tokenizer_config.json')) as {
      added_tokens_decoder?: Record<string, { content: string; special: boolean }>;
    };
    const added = Object.entries(config.added_tokens_decoder ?? GPT2_SPECIAL).map(([id, token]) => ({
      id: Number(id),
      ...token,
    }));
    const merges = read('merges.txt')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#version'));
    return { vocab: JSON.parse(read('vocab.json')) as Record<string, number>, merges, added };
  }
  const { model, added_tokens: added } = JSON.parse(read('tokenizer.json')) as {
    model: { vocab: Record<string, number>; merges: (string | string[])[] };
    added_tokens: { id: number; content: string; special: boolean }[];
  };
  return {
    vocab: model.vocab,
    merges: model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    added,
  };
}

const kindOf = (added: { special: boolean } | undefined) => (added === undefined ? 1 : added.special ? 3 : 4);

/** What llama.cpp's converter writes of a byte-level tokenizer. */
function metadataOf(name: string, pre: string): Record<string, unknown> {
  const { vocab, merges, added } = vocabularyOf(`${tokenizers}/${name}`);
  const tokens = Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  for (const { id, content } of added) tokens[id] = content;
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((token) => kindOf(added.find(({ content }) => content === token))),
    'tokenizer.ggml.merges': merges,
  };
}

describe.each([
  ['bloom', 'bloom'],
  ['qwen2', 'qwen2'],
  ['llama3', 'llama-bpe'],
  ['gpt2', 'gpt-2'],
])('%s in GGUF', (name, pre) => {
  const cases = JSON.parse(readFileSync(`${tokenizers}/${name}/cases.json`, 'utf8')) as { text: string }[];
  const expected = loadTokenizer(`${tokenizers}/${name}`);
  const found = tokenizerFromGguf(metadataOf(name, pre));
  /** LLaMA 3 puts one in front; whether GGUF's does, another field says. */
  const body = (text: string) => expected.encode(text).slice(expected.encode('').length);

  it('gives the ids that its own files give', () => {
    expect(cases.length).toBeGreaterThan(20);
    for (const { text } of cases) expect({ text, ids: found.encode(text) }).toEqual({ text, ids: body(text) });
  });
});

it('composes characters before OLMo and Pythia split them', () => {
  const found = tokenizerFromGguf(metadataOf('qwen2', 'olmo'));
  expect(found.encode('e\u0301')).toEqual(found.encode('é'));
});
