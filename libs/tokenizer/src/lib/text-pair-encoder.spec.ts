import { join, resolve } from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { loadTokenizer } from './load-tokenizer';
import { pairTemplate } from './rules/pair-template';
import { textPairEncoder } from './text-pair-encoder';

interface PairCase {
  first: string;
  second: string;
  limit: number | null;
  ids: number[];
  types: number[];
}

const reference = resolve(__dirname, '../../../../test/reference/tokenizers');
const KINDS = [
  'bert-cased',
  'bert-uncased',
  'bloom',
  'gpt2',
  'llama',
  'llama-new',
  'llama3',
  'opt',
  'qwen2',
  'roberta',
  'xlm-roberta',
  'camembert',
];
const load = (kind: string) => loadTokenizer(join(reference, kind));

it.each(KINDS)('joins pairs as transformers does: %s', (kind) => {
  const cases = readJson(join(reference, kind, 'pairs.json')) as PairCase[];
  const tokenizer = load(kind);
  const encoders = new Map(
    [null, 24].map((limit) => [limit, textPairEncoder(tokenizer, { maxTokens: limit ?? undefined })]),
  );
  expect(cases.some(({ limit }) => limit !== null)).toBe(true);
  for (const { first, second, limit, ids, types } of cases) {
    expect({ first, second, limit, ...encoders.get(limit)!(first, second) }).toEqual({
      first,
      second,
      limit,
      ids,
      types,
    });
  }
});

it('reads the older post-processors of BERT and RoBERTa', () => {
  const parts = { sep: ['</s>', 2], cls: ['<s>', 0] };
  const ids = (type: string) =>
    pairTemplate({ type, ...parts } as never).map((part) =>
      'id' in part ? `${part.id}:${part.type}` : `${part.text}:${part.type}`,
    );
  expect(ids('BertProcessing')).toEqual(['0:0', 'first:0', '2:0', 'second:1', '2:1']);
  expect(ids('RobertaProcessing')).toEqual(['0:0', 'first:0', '2:0', '2:0', 'second:0', '2:0']);
  expect(pairTemplate(null)).toEqual([
    { text: 'first', type: 0 },
    { text: 'second', type: 1 },
  ]);
});

describe('limits', () => {
  const tokenizer = load('bert-uncased');

  it('cut each text by itself', () => {
    const { ids } = textPairEncoder(tokenizer, { maxFirstTokens: 2, maxSecondTokens: 1 })(
      'the lazy dog',
      'the quick brown fox',
    );
    const plain = (text: string) => tokenizer.encode(text, { addSpecialTokens: false });
    const [cls, sep] = tokenizer.encode('');
    expect(ids).toEqual([
      cls,
      ...plain('the lazy dog').slice(0, 2),
      sep,
      ...plain('the quick brown fox').slice(0, 1),
      sep,
    ]);
  });

  it('never cut the query for the document’s sake', () => {
    const encode = textPairEncoder(tokenizer, { maxTokens: 5 });
    expect(() => encode('the quick brown fox', 'dog')).toThrow(InputError);
    expect(() => encode('the quick brown fox', 'dog')).toThrow(/field "query".*leave no room for a document in 5/);
  });

  it('are counts', () => {
    expect(() => textPairEncoder(tokenizer, { maxTokens: 0 })).toThrow(RangeError);
  });
});
