import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { loadTokenizer } from './load-tokenizer';

const reference = resolve(__dirname, '../../../../test/reference/tokenizers');
const bytesOf = (name: string) => readFileSync(join(reference, name));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const load = () => loadTokenizer(folder);

/** A message of field 1 that holds a piece's text, of field 2 that holds the trainer's. */
const message = (number: number, bytes: number[]) => [number * 8 + 2, bytes.length, ...bytes];

describe('a broken SentencePiece file', () => {
  it('is refused where it ends too early, with the file named', () => {
    const bytes = bytesOf('llama/tokenizer.model');
    write('tokenizer.model', bytes.subarray(0, 100));
    expect(load).toThrow(/tokenizer\.model: not a SentencePiece model that can be read/);
    write('tokenizer.model', '');
    expect(load).toThrow(/it has no pieces/);
  });

  it('is refused when a length or a number goes past the end, before anything is allocated', () => {
    write('tokenizer.model', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f));
    expect(load).toThrow(/runs past the end/);
    write('tokenizer.model', new Uint8Array(20).fill(0xff));
    expect(load).toThrow(/more than 10 bytes/);
  });

  it('is refused for a kind that is not read, for an absurd piece and for a wrong unk_id', () => {
    const piece = message(1, message(1, [0x61]));
    write('tokenizer.model', Uint8Array.from([...piece, ...message(2, [3 * 8, 3])]));
    expect(load).toThrow(/model_type 3; read are 1 \(Unigram\) and 2 \(BPE\)/);
    write('tokenizer.model', Uint8Array.from(piece));
    expect(load).toThrow(/unk_id 0 is not that of the unknown piece/);
    write(
      'tokenizer.model',
      Uint8Array.from([0x0a, 0xd4, 0x0f, 0x0a, 0xd1, 0x0f, ...new Array<number>(2001).fill(0x61)]),
    );
    expect(load).toThrow(/piece 0 has 2001 bytes, 1000 at most are read/);
  });

  it('ends in a tokenizer or an InputError whatever byte is changed', () => {
    const bytes = bytesOf('t5/spiece.model');
    for (let round = 0; round < 60; round++) {
      const changed = Uint8Array.from(bytes);
      // Fixed places and values, spread over the file.
      for (let at = 0; at < 3; at++)
        changed[(round * 7919 + at * 104729) % changed.length] = (round * 31 + at * 17) % 256;
      write('spiece.model', changed);
      try {
        expect(load().encode('some text, ﬁne').length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).toContain('spiece.model');
      }
    }
  });
});

describe('a broken ranks file, vocabulary or merges', () => {
  it('is refused with the line', () => {
    write('qwen.tiktoken', 'IQ== 0\nno base64 here\n');
    expect(load).toThrow(/qwen\.tiktoken: line 2: expected a token/);
    write('qwen.tiktoken', 'IQ== 0\nIg== 0\n');
    expect(load).toThrow(/line 2: expected a token and a rank not seen before/);
    write('qwen.tiktoken', 'IQ== 0\n');
    expect(load).toThrow(/has no rank for the byte 0/);
  });

  it('is refused when a special token or a file is missing', () => {
    write('vocab.txt', '[PAD]\n[UNK]\n[CLS]\nword\n');
    expect(load).toThrow(/vocab\.txt: lacks the sep_token "\[SEP\]"/);
    rmSync(join(folder, 'vocab.txt'));
    write('vocab.json', '{"a": 0}');
    expect(load).toThrow(/merges\.txt: no such file/);
    write('merges.txt', '#version: 0.2\na b c\n');
    expect(load).toThrow(/line 2: expected two tokens/);
    write('merges.txt', '#version: 0.2\na b\n');
    expect(load).toThrow(/merge 0 needs "b", which is not in the vocabulary/);
    write('vocab.json', '[');
    expect(load).toThrow(/vocab\.json: not JSON/);
  });
});

describe('an absurd tokenizer.json', () => {
  const splitAt = (pattern: object) => ({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
  const definition = (model: object, rest: object = {}) =>
    JSON.stringify({ model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: [], ...model }, ...rest });

  it.each([
    ['a merge that never ends', definition({ merges: [['', 'a']] }), /merge 0 is not two tokens/],
    ['a merge of three', definition({ merges: ['a b a'] }), /merge 0 is not two tokens/],
    ['a merge to nothing known', definition({ merges: [['b', 'a']] }), /merge 0 needs "ba"/],
    ['a huge id', definition({ vocab: { a: 4e9 } }), /has the id 4000000000/],
    ['an id used twice', definition({ vocab: { a: 0, b: 0 } }), /two tokens have the id 0/],
    ['an added token without an id', definition({}, { added_tokens: [{ content: 'x' }] }), /has the id undefined/],
    ['no merges', definition({ merges: undefined }), /no merges/],
    [
      'deep rules',
      definition({}, { normalizer: JSON.parse('{"type":"Sequence","normalizers":['.repeat(200) + ']}'.repeat(200)) }),
      /nested deeper/,
    ],
    [
      'a pattern that takes for ever',
      definition({}, { pre_tokenizer: splitAt({ Regex: '(\\p{L}+)*\\p{N}' }) }),
      /takes more than 500 ms on short texts/,
    ],
    [
      'a pattern that is none',
      definition({}, { pre_tokenizer: splitAt({ Regex: '(' }) }),
      /tokenizer\.json.*Unterminated group/,
    ],
    [
      'a pattern that takes seconds to compile',
      definition({}, { pre_tokenizer: splitAt({ Regex: '\\p{L}+'.repeat(1000) }) }),
      /a pattern of 6000 characters/,
    ],
    ['a pattern of no kind', definition({}, { pre_tokenizer: splitAt({}) }), /neither a String nor a Regex/],
    [
      'a rule that lacks its parts',
      definition({}, { post_processor: { type: 'RobertaProcessing' } }),
      /tokenizer\.json/,
    ],
    [
      'merges in a circle',
      definition({
        merges: [
          ['a', 'b'],
          ['ab', 'a'],
          ['ba', 'b'],
        ],
      }),
      /merge 1 needs "aba"/,
    ],
    [
      'a broken character map',
      definition({}, { normalizer: { type: 'Precompiled', precompiled_charsmap: '/////w==' } }),
      /a character map of 4 bytes/,
    ],
  ])('with %s is refused', (_, json, reason) => {
    write('tokenizer.json', json);
    expect(load).toThrow(InputError);
    expect(load).toThrow(reason);
  });

  it('with merges that lead back to each other ends: every merge makes a text of fewer parts', () => {
    // a+b and b+a both ways round, and each of what the others make.
    const vocab = { a: 0, b: 1, ab: 2, ba: 3, aba: 4, bab: 5 };
    const merges = [
      ['a', 'b'],
      ['b', 'a'],
      ['ab', 'a'],
      ['a', 'ba'],
      ['ba', 'b'],
      ['b', 'ab'],
    ];
    write('tokenizer.json', JSON.stringify({ model: { type: 'BPE', vocab, merges, unk_token: 'a' } }));
    const tokenizer = load();
    const ids = tokenizer.encode('ab'.repeat(5000));
    expect(ids.length).toBeLessThanOrEqual(5000);
    expect(tokenizer.decode(ids).replaceAll(' ', '')).toBe('ab'.repeat(5000));
  });
});

describe('rules that multiply texts', () => {
  const definition = JSON.parse(bytesOf('bloom/tokenizer.json').toString()) as Record<string, unknown>;
  const replace = (text: string, content: string) => ({ type: 'Replace', pattern: { String: text }, content });

  it.each([
    ['by doubling again and again', Array.from({ length: 24 }, () => replace('a', 'aa'))],
    ['by one long text', [replace('a', 'b'.repeat(1000))]],
    ['by a long beginning', [{ type: 'Prepend', prepend: 'a'.repeat(100_000) }]],
  ])('are refused: %s', (_, normalizers) => {
    for (const key of ['normalizer', 'decoder']) {
      const rules = { type: 'Sequence', [key === 'decoder' ? 'decoders' : 'normalizers']: normalizers };
      write('tokenizer.json', JSON.stringify({ ...definition, [key]: rules }));
      expect(load).toThrow(/makes a text up to [\d.]+ times as long, expected 64 at most/);
    }
  });

  it('are read where they make a text little longer', () => {
    write('tokenizer.json', JSON.stringify({ ...definition, normalizer: replace(' ', '▁▁') }));
    expect(load).not.toThrow();
  });
});

describe('texts of hundreds of thousands of characters', () => {
  it.each(['t5', 'bert-cased', 'gpt2', 'llama'])('are read by %s', (kind) => {
    const tokenizer = loadTokenizer(join(reference, kind));
    expect(tokenizer.encode('<'.repeat(200_000)).length).toBeGreaterThan(0);
  });
});
