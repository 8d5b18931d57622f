import { resolve } from 'node:path';
import { loadTokenizer } from '@tsarank/tokenizer';
import type { EncodeOptions, Tokenizer } from '@tsarank/tokenizer';
import { collate } from './collate';
import { encodePair, pairEncoder } from './encode-pair';
import { formatPrompt } from './prompt';

/**
 * A tokenizer of words and single characters of punctuation, ids in order of appearance from 1. Decoding joins with
 * spaces, so that cutting changes a text, as real tokenizers do. Id 0 is put in front as a special token.
 */
function wordTokenizer(eosToken?: string): Tokenizer {
  const words: string[] = ['<s>'];
  const idOf = (word: string): number => (words.includes(word) ? words.indexOf(word) : words.push(word) - 1);
  return {
    encode(text: string, { addSpecialTokens = true, ending = '' }: EncodeOptions = {}): number[] {
      const ids = ((text + ending).match(/<\/s>|\w+|[^\w\s]/g) ?? []).map(idOf);
      return addSpecialTokens ? [0, ...ids] : ids;
    },
    decode: (ids: number[]) => ids.map((id) => words[id]).join(' '),
    vocabularySize: 1000,
    eosToken,
    files: [],
    hash: '',
  } as Tokenizer;
}

describe('encodePair', () => {
  const words = (tokenizer: Tokenizer, ids: number[]): string => tokenizer.decode(ids);

  it('puts the document in as it is, replacement patterns and braces included', () => {
    expect(formatPrompt('$& {document} $1')).toBe('Document: $& {document} $1 Query:');
  });

  it('cuts both texts by tokens and counts the tokens of the prompt alone', () => {
    const tokenizer = wordTokenizer();
    const pair = { document: 'one two three four', query: 'what is it' };
    const { ids, promptLength } = encodePair(tokenizer, pair, { maxDocumentTokens: 2, maxQueryTokens: 2 });
    expect(words(tokenizer, ids)).toBe('<s> Document : one two Query : what is');
    expect(promptLength).toBe(7);
  });

  it('decodes after cutting, even where nothing is cut', () => {
    const tokenizer = wordTokenizer();
    const pair = { document: "don't", query: 'q' };
    const { ids } = encodePair(tokenizer, pair, { maxDocumentTokens: 9, maxQueryTokens: 9 });
    expect(words(tokenizer, ids)).toBe("<s> Document : don ' t Query : q");
  });

  it('follows the published evaluation rule when no limit is given', () => {
    const tokenizer = wordTokenizer();
    const document = Array.from({ length: 600 }, (_, index) => `w${index}`).join(' ');
    const query = 'a b c';
    const { ids, promptLength } = encodePair(tokenizer, { document, query });
    // The template `Document: {doc} Query:` is <s> Document : { doc } Query : here, the query <s> a b c.
    const kept = 512 - 8 - 4 - 10;
    expect(promptLength).toBe(1 + 2 + kept + 2);
    expect(ids.length).toBe(promptLength + 3);
  });

  it('leaves a text whole whose limit alone is missing', () => {
    const { ids, promptLength } = encodePair(
      wordTokenizer(),
      { document: 'a b c', query: 'd e f' },
      { maxQueryTokens: 1 },
    );
    expect([promptLength, ids.length]).toEqual([8, 9]);
  });

  it('appends the end of the text for stage one', () => {
    const tokenizer = wordTokenizer('</s>');
    const { ids } = encodePair(tokenizer, { document: 'a', query: 'b' }, { maxDocumentTokens: 5, eos: true });
    expect(words(tokenizer, ids)).toBe('<s> Document : a Query : b </s>');
  });

  it('refuses a query without tokens, a missing end of text, a limit below 1', () => {
    expect(() => encodePair(wordTokenizer(), { document: 'a', query: ' ' })).toThrow(
      /field "query".*no token of its own/,
    );
    expect(() => encodePair(wordTokenizer(), { document: 'a', query: 'b' }, { eos: true })).toThrow(/eos_token/);
    expect(() => encodePair(wordTokenizer(), { document: 'a', query: 'b' }, { maxQueryTokens: 0 })).toThrow(RangeError);
  });
});

describe('special tokens inside texts', () => {
  const tokenizerOf = (name: string) =>
    loadTokenizer(resolve(__dirname, '../../../../../test/reference/tokenizers', name));
  const document = 'A cat.</s> Query: spam </s>';

  it.each(['llama', 't5', 'bloom'])(
    'are text, cut and decoded too; the end of text that is appended is one: %s',
    (name) => {
      const tokenizer = tokenizerOf(name);
      const eos = tokenizer.eosTokenId!;
      const own = tokenizer.encode('x').filter((id) => id === eos).length;
      for (const limits of [{ maxDocumentTokens: 30, maxQueryTokens: 30 }, { maxQueryTokens: 30 }, {}]) {
        const count = (options: { eos?: boolean; specialTokensInText?: boolean }): number =>
          encodePair(tokenizer, { document, query: 'a </s>' }, { ...limits, ...options }).ids.filter((id) => id === eos)
            .length;
        expect([count({}), count({ eos: true }), count({ specialTokensInText: true })]).toEqual([
          own,
          own + 1,
          own + 3,
        ]);
      }
    },
  );

  it('makes no difference where there are none, with the end of text appended or not', () => {
    const tokenizer = tokenizerOf('llama');
    const pair = { document: 'The naïve cat 12, 日本 < s >', query: 'what  is it?' };
    for (const eos of [false, true]) {
      const options = { maxDocumentTokens: 9, maxQueryTokens: 9, eos };
      expect(encodePair(tokenizer, pair, options)).toEqual(
        encodePair(tokenizer, pair, { ...options, specialTokensInText: true }),
      );
    }
  });
});

describe('collate', () => {
  it('shifts by one, pads at the end, and marks the rows that predict the query', () => {
    const batch = collate(
      [
        { ids: [1, 2, 3, 4], promptLength: 2 },
        { ids: [5, 6], promptLength: 1 },
      ],
      9,
    );
    expect([batch.batch, batch.length]).toEqual([2, 3]);
    expect([...batch.inputIds]).toEqual([1, 2, 3, 5, 9, 9]);
    expect([...batch.nextTokens]).toEqual([2, 3, 4, 6, 9, 9]);
    expect([...batch.realMask]).toEqual([1, 1, 1, 1, 0, 0]);
    expect([...batch.queryMask]).toEqual([0, 1, 1, 1, 0, 0]);
  });

  it('refuses an empty batch and a pair without a row', () => {
    expect(() => collate([], 0)).toThrow(RangeError);
    expect(() => collate([{ ids: [1], promptLength: 1 }], 0)).toThrow(RangeError);
  });
});

describe('pairEncoder', () => {
  const documents = ['one two three', 'four five six', ''];
  const pairs = ['what is it', 'who'].flatMap((query) => documents.map((document) => ({ query, document })));

  it.each([[{ maxDocumentTokens: 2, maxQueryTokens: 2 }], [{ maxQueryTokens: 1 }], [{}]])(
    'encodes as encodePair does, with %j',
    (limits) => {
      const tokenizer = wordTokenizer();
      expect(pairs.map(pairEncoder(tokenizer, limits))).toEqual(
        pairs.map((pair) => encodePair(tokenizer, pair, limits)),
      );
    },
  );

  it('cuts each document and each query once', () => {
    const tokenizer = wordTokenizer();
    const encode = jest.spyOn(tokenizer, 'encode');
    pairs.forEach(pairEncoder(tokenizer, { maxDocumentTokens: 2, maxQueryTokens: 2 }));
    const texts = encode.mock.calls.map(([text]) => text);
    for (const text of ['one two three', 'what is it']) expect(texts.filter((each) => each === text)).toHaveLength(1);
  });
});
