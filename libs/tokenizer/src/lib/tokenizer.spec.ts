import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { loadTokenizer } from './load-tokenizer';
import { tokenizerFromGguf } from './formats/gguf';
import { truncateText } from './truncate-text';

/** Made by `tools/make-reference-fixtures` with the reference library. */
const reference = resolve(__dirname, '../../../../test/reference/llama-tied');
const cases = readJson(join(reference, 'tokenizer-cases.json')) as { text: string; ids: number[]; cuts: string[] }[];
const tokenizer = loadTokenizer(reference);

/** The same vocabulary as GGUF metadata. */
function metadata(): Record<string, unknown> {
  const { model, added_tokens: added } = readJson(join(reference, 'tokenizer.json')) as {
    model: { vocab: Record<string, number>; merges: string[][] };
    added_tokens: { content: string }[];
  };
  const tokens = Object.keys(model.vocab).sort((a, b) => model.vocab[a]! - model.vocab[b]!);
  const special = new Set(added.map(({ content }) => content));
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'smollm',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((token) => (special.has(token) ? 3 : 1)),
    'tokenizer.ggml.merges': model.merges.map((merge) => merge.join(' ')),
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.padding_token_id': 0,
  };
}

describe.each([
  ['a folder', () => tokenizer],
  ['GGUF metadata', () => tokenizerFromGguf(metadata())],
])('a tokenizer of %s', (_, make) => {
  const made = make();

  it.each(cases.map(({ text, ids, cuts }) => [JSON.stringify(text), text, ids, cuts] as const))(
    'gives the reference ids of %s, and the same text of every cut',
    (_name, text, ids, cuts) => {
      expect(made.encode(text, { addSpecialTokens: false })).toEqual(ids);
      expect(made.encode(text)).toEqual(ids);
      cuts.forEach((cut, index) => expect(made.decode(ids.slice(0, index * 3))).toBe(cut));
    },
  );

  it('knows its special tokens', () => {
    expect(made).toMatchObject({
      eosToken: '<|im_end|>',
      eosTokenId: 2,
      padTokenId: 0,
      vocabularySize: tokenizer.vocabularySize,
    });
  });
});

describe('loadTokenizer', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
    cpSync(join(reference, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const configure = (config: unknown) => writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));

  it('adds the start token of a LLaMA class unless the config says no', () => {
    const llama = {
      tokenizer_class: 'LlamaTokenizerFast',
      bos_token: { content: '<|im_start|>' },
      eos_token: '<|im_end|>',
    };
    configure(llama);
    const plain = tokenizer.encode('cat');
    expect(loadTokenizer(folder).encode('cat')).toEqual([1, ...plain]);
    expect(loadTokenizer(folder).encode('cat', { addSpecialTokens: false })).toEqual(plain);
    configure({ ...llama, add_bos_token: false, add_eos_token: true });
    expect(loadTokenizer(folder).encode('cat')).toEqual([...plain, 2]);
  });

  it("takes the template of a LLaMA class's file as it is where transformers 5 wrote it", () => {
    const definition = JSON.parse(readFileSync(join(reference, 'tokenizer.json'), 'utf8')) as object;
    const end = { SpecialToken: { id: '<|im_end|>', type_id: 0 } };
    const special_tokens = { '<|im_end|>': { id: '<|im_end|>', ids: [2], tokens: ['<|im_end|>'] } };
    const post_processor = {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, end],
      pair: [],
      special_tokens,
    };
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...definition, post_processor }));
    const llama = {
      tokenizer_class: 'LlamaTokenizer',
      backend: 'tokenizers',
      bos_token: '<|im_start|>',
      eos_token: '<|im_end|>',
    };
    const plain = tokenizer.encode('cat');
    configure(llama);
    expect(loadTokenizer(folder).encode('cat')).toEqual([...plain, 2]);
    configure({ ...llama, add_bos_token: true });
    expect(loadTokenizer(folder).encode('cat')).toEqual([1, ...plain]);
  });

  it('cleans spaces up only when the config says so', () => {
    const ids = tokenizer.encode('a , b');
    expect(loadTokenizer(folder).decode(ids)).toBe('a , b');
    configure({ clean_up_tokenization_spaces: true });
    expect(loadTokenizer(folder).decode(ids)).toBe('a, b');
  });

  it('keeps its files, and hashes them', () => {
    expect(loadTokenizer(folder).files.map(({ name }) => name)).toEqual(['tokenizer.json']);
    const before = loadTokenizer(folder).hash;
    configure({});
    expect(loadTokenizer(folder).hash).not.toBe(before);
  });

  it('names what is wrong with a file', () => {
    writeFileSync(join(folder, 'tokenizer.json'), '{');
    expect(() => loadTokenizer(folder)).toThrow(/tokenizer\.json: not JSON/);
    writeFileSync(join(folder, 'tokenizer.json'), '[]');
    expect(() => loadTokenizer(folder)).toThrow(/found an array, expected a JSON object/);
    writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"type": "Nonsense"}}');
    expect(() => loadTokenizer(folder)).toThrow(InputError);
    rmSync(join(folder, 'tokenizer.json'));
    expect(() => loadTokenizer(folder)).toThrow(/tokenizer\.json: no such file/);
    writeFileSync(join(folder, 'tokenizer.model'), '');
    expect(() => loadTokenizer(folder)).toThrow(/SentencePiece/);
  });
});

describe('tokenizerFromGguf', () => {
  it('puts a start token in front where the metadata say so', () => {
    const made = tokenizerFromGguf({
      ...metadata(),
      'tokenizer.ggml.add_bos_token': true,
      'tokenizer.ggml.bos_token_id': 1,
    });
    expect(made.encode('cat')).toEqual([1, ...tokenizer.encode('cat')]);
  });

  it('names a kind that it does not read', () => {
    expect(() => tokenizerFromGguf({ 'tokenizer.ggml.model': 'bert' }, 'm.gguf')).toThrow(
      /m\.gguf: field "tokenizer\.ggml\.model": found bert/,
    );
    expect(() => tokenizerFromGguf({ ...metadata(), 'tokenizer.ggml.pre': 'other' })).toThrow(
      /tokenizer\.ggml\.pre.*smollm/,
    );
    expect(() => tokenizerFromGguf({ ...metadata(), 'tokenizer.ggml.merges': undefined })).toThrow(
      /merges.*found nothing/,
    );
  });
});

describe('truncateText', () => {
  it('cuts inside a character to U+FFFD', () => {
    expect(truncateText(tokenizer, '語', 1).text).toBe('\uFFFD');
  });

  it('leaves a text that is short enough, and gives nothing for 0', () => {
    expect(truncateText(tokenizer, 'the cat', 99).text).toBe('the cat');
    expect(truncateText(tokenizer, 'the cat', 0).text).toBe('');
    expect(() => truncateText(tokenizer, 'x', -1)).toThrow(RangeError);
  });
});
