import { resolve } from 'node:path';
import { loadTokenizer } from '@tsarank/tokenizer';
import { continuation, TextStream } from './text-stream';
import { stopIds } from './stop-ids';

const tokenizer = loadTokenizer(resolve(__dirname, '../../../../../test/reference/llama-tied'));

it('gives every piece of text once it is certain, characters of several tokens in one piece', () => {
  const prompt = tokenizer.encode('Hello');
  const ids = tokenizer.encode(' né 狐🦊!', { addSpecialTokens: false });
  expect(ids.length).toBeGreaterThan(8);
  const stream = new TextStream(tokenizer, prompt);
  const pieces = ids.map((id) => stream.push(id));
  expect(pieces.join('')).toBe(' né 狐🦊!');
  expect(pieces.filter((piece) => piece.includes('\uFFFD'))).toEqual([]);
  expect(stream.end()).toBe('');
});

it('gives what is left of a cut character at the end', () => {
  const [first] = tokenizer.encode('狐', { addSpecialTokens: false });
  expect(continuation(tokenizer, tokenizer.encode('a'), [first!])).toBe('\uFFFD');
});

it('keeps the space that a decoder drops at the beginning of a text', () => {
  const words = {
    decode: (ids: readonly number[]) =>
      ids
        .map((id) => ` w${id}`)
        .join('')
        .trimStart(),
  };
  expect(continuation(words, [1, 2], [3, 4])).toBe(' w3 w4');
});

describe('the tokens that end a text', () => {
  const config = (generation: unknown, raw: Record<string, unknown>) =>
    ({ config: { generation, raw } }) as unknown as Parameters<typeof stopIds>[0];
  it.each([
    [{ eos_token_id: [3, 5] }, { eos_token_id: 7 }, 9, [3, 5]],
    [{ eos_token_id: 0 }, {}, 9, [0]],
    [undefined, { eos_token_id: 7 }, 9, [7]],
    [undefined, {}, 9, [9]],
    [undefined, {}, undefined, []],
  ])('generation config %j, config %j, tokenizer %j: %j', (generation, raw, eosTokenId, expected) => {
    expect(stopIds(config(generation, raw), { eosTokenId })).toEqual(expected);
  });

  it('are refused where they are no ids', () => {
    expect(() => stopIds(config({ eos_token_id: '</s>' }, {}), {})).toThrow('field "eos_token_id": found "</s>"');
  });
});
