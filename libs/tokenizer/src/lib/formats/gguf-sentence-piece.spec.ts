import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { loadTokenizer } from '../load-tokenizer';
import { readSentencePieceModel } from './sentence-piece-model';
import { tokenizerFromGguf } from './gguf';

const folder = resolve(__dirname, '../../../../../test/reference/tokenizers/llama');
const { pieces } = readSentencePieceModel(readFileSync(join(folder, 'tokenizer.model')));
const cases = readJson(join(folder, 'cases.json')) as {
  text: string;
  ids: number[];
  plainIds: number[];
  decoded: string;
}[];

/** The model as llama.cpp's converter writes it. */
const metadata = {
  'tokenizer.ggml.model': 'llama',
  'tokenizer.ggml.pre': 'default',
  'tokenizer.ggml.tokens': pieces.map(({ text }) => text),
  'tokenizer.ggml.scores': pieces.map(({ score }) => score),
  'tokenizer.ggml.token_type': pieces.map(({ type }) => type),
  'tokenizer.ggml.bos_token_id': 1,
  'tokenizer.ggml.eos_token_id': 2,
  'tokenizer.ggml.unknown_token_id': 0,
};

describe('a SentencePiece tokenizer in GGUF', () => {
  const tokenizer = tokenizerFromGguf(metadata);

  it.each(cases)("gives the ids and text of the same model's folder for $text", ({ text, ids, plainIds, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(plainIds);
    expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it('knows its own tokens, and reads special strings as text when asked', () => {
    expect(tokenizer).toMatchObject({ bosToken: '<s>', bosTokenId: 1, eosToken: '</s>', eosTokenId: 2 });
    const options = { addSpecialTokens: false, specialTokensInText: false };
    expect(tokenizer.encode('a</s>', options)).toEqual(loadTokenizer(folder).encode('a</s>', options));
  });

  it('adds tokens and a space in front as the header says', () => {
    const other = tokenizerFromGguf({
      ...metadata,
      'tokenizer.ggml.add_bos_token': false,
      'tokenizer.ggml.add_eos_token': true,
      'tokenizer.ggml.add_space_prefix': false,
    });
    const [first, last] = [other.encode('the').at(0)!, other.encode('the').at(-1)];
    expect(last).toBe(2);
    expect(other.decode([first])).not.toMatch(/^ /);
    expect(pieces[first]!.text.startsWith('▁')).toBe(false);
  });

  it.each([
    ['fewer scores', { 'tokenizer.ggml.scores': [0] }, /tokens with 1 scores/],
    ['no scores', { 'tokenizer.ggml.scores': undefined }, /scores.*found nothing/],
    ['no unknown token', { 'tokenizer.ggml.token_type': pieces.map(() => 1) }, /no token is of the kind unknown/],
    [
      'a token that is no text',
      { 'tokenizer.ggml.tokens': pieces.map(({ text }, id) => (id === 7 ? 7 : text)) },
      /token 7 is not a text/,
    ],
    [
      'a score that is no number',
      { 'tokenizer.ggml.scores': pieces.map(({ score }, id) => (id === 7 ? NaN : score)) },
      /token 7 has no score/,
    ],
  ])('is refused with %s', (_, change, reason) => {
    const make = () => tokenizerFromGguf({ ...metadata, ...change }, 'm.gguf');
    expect(make).toThrow(InputError);
    expect(make).toThrow(reason);
  });

  it.each(['t5', 'bert', 'rwkv', 'no such'])('of kind %s is refused, and a way is named', (kind) => {
    expect(() => tokenizerFromGguf({ ...metadata, 'tokenizer.ggml.model': kind }, 'm.gguf')).toThrow(
      /m\.gguf.*Hugging Face folder/,
    );
  });
});
