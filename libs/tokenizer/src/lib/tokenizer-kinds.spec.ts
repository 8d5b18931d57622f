import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { loadTokenizer } from './load-tokenizer';

/** Made by `tools/make-reference-fixtures/make_tokenizers.py` with the reference libraries. */
const reference = resolve(__dirname, '../../../../test/reference/tokenizers');
type Case = { text: string; ids: number[]; plainIds: number[]; decoded: string | null; cuts: [number, string][] };

describe.each(readdirSync(reference))('the tokenizer of %s', (kind) => {
  const folder = join(reference, kind);
  const cases = readJson(join(folder, 'cases.json')) as Case[];
  const tokenizer = loadTokenizer(folder);

  it.each(cases)('gives the ids of the reference for $text', ({ text, ids, plainIds }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(plainIds);
  });

  it.each(cases)('gives the texts of the reference for $text', ({ ids, plainIds, decoded, cuts }) => {
    if (decoded !== null) expect(tokenizer.decode(ids)).toBe(decoded);
    expect(cuts.map(([count]) => [count, tokenizer.decode(plainIds.slice(0, count))])).toEqual(cuts);
  });
});

it.each([
  ['llama', true],
  ['llama-new', false],
  ['t5', true],
])(
  'says in what it saves of %s whether it is of the older kind: the reference warns where it is not said',
  (kind, legacy) => {
    const saved = loadTokenizer(join(reference, kind)).files.find(({ name }) => name === 'tokenizer_config.json')!;
    expect(JSON.parse(new TextDecoder().decode(saved.bytes))).toMatchObject({ legacy });
  },
);
