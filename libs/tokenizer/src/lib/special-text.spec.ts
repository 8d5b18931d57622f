import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { loadTokenizer } from './load-tokenizer';
import { truncateText } from './truncate-text';

const reference = resolve(__dirname, '../../../../test/reference/tokenizers');
const KINDS: [kind: string, special: string][] = [
  ['llama', '</s>'],
  ['llama-new', '<s>'],
  ['baichuan', '</s>'],
  ['t5', '</s>'],
  ['t5', '<extra_id_0>'],
  ['xlm-roberta', '</s>'],
  ['camembert', '<mask>'],
  ['qwen', '<|endoftext|>'],
  ['gpt2', '<|endoftext|>'],
  ['opt', '</s>'],
  ['qwen2', '<|im_end|>'],
  ['llama3', '<|begin_of_text|>'],
  ['bloom', '</s>'],
  ['bert-uncased', '[SEP]'],
];

describe.each(KINDS)('special tokens inside a text of %s: %s', (kind, special) => {
  const tokenizer = loadTokenizer(join(reference, kind));
  const [id] = tokenizer.encode(special, { addSpecialTokens: false });

  it('are the token by default, as the reference has it, and text when asked', () => {
    const inside = { addSpecialTokens: false, specialTokensInText: false };
    const ids = tokenizer.encode(`a ${special} b`, inside);
    expect(tokenizer.encode(`a ${special} b`, { addSpecialTokens: false })).toContain(id);
    expect(ids).not.toContain(id);
    expect(ids.length).toBeGreaterThan(3);
    // Other texts have the same ids, the model's own tokens around them too.
    expect(tokenizer.encode('plain words 12, 日本', { specialTokensInText: false })).toEqual(
      tokenizer.encode('plain words 12, 日本'),
    );
  });
});

/** Made by `tools/make-reference-fixtures/make_special_text.py`. */
describe.each(readdirSync(reference))('special tokens that are text in %s', (kind) => {
  const cases = readJson(join(reference, kind, 'special-text.json')) as { text: string; ids: number[] }[];
  const tokenizer = loadTokenizer(join(reference, kind));

  it.each(cases)('have the ids of the reference in $text', ({ text, ids }) => {
    expect(tokenizer.encode(text, { addSpecialTokens: false, specialTokensInText: false })).toEqual(ids);
  });

  it('stay text when the text is cut, decoded and read again', () => {
    const own = [tokenizer.bosTokenId, tokenizer.eosTokenId];
    for (const { text } of cases) {
      const cut = truncateText(tokenizer, text, 40, { specialTokensInText: false });
      const ids = tokenizer.encode(cut.text, {
        addSpecialTokens: false,
        specialTokensInText: false,
        unknownInText: cut.holdsUnknown,
      });
      expect(ids.filter((id) => own.includes(id))).toEqual([]);
    }
  });
});

/** Of kinds without bytes; the letter is Gothic, and in none of their vocabularies. */
describe.each(['bert-cased', 't5', 'xlm-roberta', 'camembert'])('what the vocabulary of %s lacks', (kind) => {
  const tokenizer = loadTokenizer(join(reference, kind));
  const asText = { addSpecialTokens: false, specialTokensInText: false };

  it.each(['a 𐌰 dog', 'a 𐌰 dog </s> [SEP]'])('stays unknown when %s is cut, decoded and read again', (text) => {
    const ids = tokenizer.encode(text, asText);
    const cut = truncateText(tokenizer, text, ids.length, asText);
    expect(cut.holdsUnknown).toBe(true);
    const again = tokenizer.encode(cut.text, { ...asText, unknownInText: true });
    const unknowns = (list: number[]) => list.filter((id) => id === tokenizer.unknownTokenId).length;
    expect(unknowns(again)).toBe(unknowns(ids));
    const own = [tokenizer.bosTokenId, tokenizer.eosTokenId];
    expect(again.filter((id) => own.includes(id))).toEqual([]);
    expect(again.length).toBeLessThanOrEqual(ids.length + 1);
  });

  it('is a name like any other where a text itself says it', () => {
    const name = tokenizer.decode([tokenizer.unknownTokenId!]);
    expect(tokenizer.encode(name, asText)).not.toEqual([tokenizer.unknownTokenId]);
  });
});

describe('a converted tokenizer', () => {
  it.each([
    'llama',
    'baichuan',
    't5',
    'qwen',
    'gpt2',
    'opt',
    'roberta',
    'xlm-roberta',
    'camembert',
    'qwen2',
    'bert-cased',
  ])('of %s saved beside a model is the same again', (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
    try {
      const tokenizer = loadTokenizer(join(reference, kind));
      for (const { name, bytes } of tokenizer.files) writeFileSync(join(folder, name), bytes);
      const again = loadTokenizer(folder);
      expect(again.files.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['tokenizer.json', 'tokenizer_config.json']),
      );
      for (const text of ['The dog, 123  x', 'naïve </s> <s> 日本 [SEP]', '']) {
        expect(again.encode(text)).toEqual(tokenizer.encode(text));
        expect(again.decode(again.encode(text))).toBe(tokenizer.decode(tokenizer.encode(text)));
      }
      expect(again.hash).toBe(tokenizer.hash);
      expect(again.eosTokenId).toBe(tokenizer.eosTokenId);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
