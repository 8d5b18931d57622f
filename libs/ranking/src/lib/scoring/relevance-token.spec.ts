import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InputError, readJson } from '@tsarank/io';
import { loadReranker } from '@tsarank/model';
import type { EncoderDecoderLm } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { loadTokenizer } from '@tsarank/tokenizer';
import { relevanceTokenInput } from './relevance-token-input';
import { relevanceTokenScores } from './relevance-token-scores';
import { relevanceWordIds } from './relevance-token-words';

/** Made by `tools/make-reference-fixtures/make_t5.py`: SentencePiece's ids of the whole text, scores by PyTorch one at a time. */
const reference = resolve(__dirname, '../../../../../test/reference');
const folder = resolve(reference, 't5-words');
const expected = readJson(resolve(folder, 'scores.json')) as {
  true: number;
  false: number;
  scores: { query: string; document: string; ids: number[]; score: number }[];
};
const pairs = expected.scores.map(({ query, document }) => ({ query, document }));
const tokenizer = loadTokenizer(folder);
const plain = (text: string) => tokenizer.encode(text, { addSpecialTokens: false, specialTokensInText: false });

describe('relevanceTokenInput', () => {
  it('gives the ids of the whole text, in which special tokens are text', () => {
    const encode = relevanceTokenInput(tokenizer);
    for (const { ids, ...pair } of expected.scores) expect(encode(pair)).toEqual(ids);
  });

  it('gives them for texts of all kinds', () => {
    const own = loadTokenizer(resolve(reference, 'tokenizers/t5'));
    const texts = (readJson(resolve(reference, 'tokenizers/t5/cases.json')) as { text: string }[]).map(
      ({ text }) => text,
    );
    const encode = relevanceTokenInput(own);
    const whole = (query: string, document: string) =>
      own.encode(`Query: ${query} Document: ${document} Relevant:`, {
        addSpecialTokens: true,
        specialTokensInText: false,
      });
    texts.forEach((text, at) => {
      const other = texts.at(-1 - at)!;
      expect(encode({ query: text, document: other })).toEqual(whole(text, other));
    });
  });

  it('cuts the document so that all fits into 512 tokens, and never the query', () => {
    const document = 'the passage about the query '.repeat(200);
    const [end] = tokenizer.encode('').slice(-1);
    const cut = relevanceTokenInput(tokenizer)({ query: 'true', document });
    expect(cut).toHaveLength(512);
    const head = plain('Query: true Document:');
    const tail = [...plain('Relevant:'), end];
    expect(cut).toEqual([...head, ...plain(document).slice(0, 512 - head.length - tail.length), ...tail]);
    const long = relevanceTokenInput(tokenizer)({ query: document, document });
    expect(long).toEqual([...plain(`Query: ${document} Document:`), ...tail]);
  });

  it('cuts either text to its limit, and then nothing else', () => {
    const query = 'the fox is quick';
    const document = 'the passage about the query '.repeat(200);
    const end = tokenizer.eosTokenId!;
    const rest = [...plain('Relevant:'), end];
    const limited = (limits: object) => relevanceTokenInput(tokenizer, limits)({ query, document });
    const two = plain(query).slice(0, 2);
    expect(limited({ maxDocumentTokens: 3 })).toEqual([
      ...plain(`Query: ${query} Document:`),
      ...plain(document).slice(0, 3),
      ...rest,
    ]);
    expect(limited({ maxQueryTokens: 2 })).toEqual([
      ...plain('Query:'),
      ...two,
      ...plain(`Document: ${document}`),
      ...rest,
    ]);
    expect(() => limited({ maxQueryTokens: 0 })).toThrow('maxQueryTokens');
  });

  it('names a tokenizer that is none of the kind', () => {
    const characters = { ...tokenizer, encode: (text: string) => [...text].map((each) => each.charCodeAt(0)) };
    expect(() => relevanceTokenInput(characters)).toThrow('split');
    expect(() => relevanceTokenInput({ ...tokenizer, eosTokenId: undefined })).toThrow('eos_token');
  });
});

describe('relevanceWordIds', () => {
  it('looks words up in the vocabulary', () => {
    expect(relevanceWordIds(tokenizer, { relevant: 'true', irrelevant: 'false' })).toEqual({
      relevant: expected.true,
      irrelevant: expected.false,
    });
  });

  it.each([
    ['of several tokens', 'quicksilver', 'true', '"quicksilver"'],
    ['that the vocabulary does not have', 'true', '☃', '"☃"'],
    ['that is empty', '', 'true', '""'],
    ['given twice', 'true', 'true', 'two words'],
  ])('names a word %s', (_, relevant, irrelevant, said) => {
    expect(() => relevanceWordIds(tokenizer, { relevant, irrelevant })).toThrow(InputError);
    expect(() => relevanceWordIds(tokenizer, { relevant, irrelevant })).toThrow(said);
  });
});

describe.each(enginesUnderTest)('relevanceTokenScores on %s', (engine) => {
  let model: EncoderDecoderLm;

  beforeAll(async () => {
    await selectEngine(engine);
    const loaded = await loadReranker(folder);
    if (loaded.kind !== 'encoder-decoder') throw new Error(`loaded as ${loaded.kind}`);
    model = loaded.model;
  });
  afterAll(() => model.dispose());

  it.each([1, 60, 2048])('gives the scores of MonoT5, in batches of %d tokens', async (batchTokens) => {
    const before = tf.memory().numTensors;
    // The plain engine takes seconds for all.
    const some = expected.scores.filter((_, index) => engine !== 'cpu' || index % 6 === 1);
    const scores = await relevanceTokenScores({ model, tokenizer, pairs: some, batchTokens });
    some.forEach(({ score }, index) => expect(Math.abs(scores[index]! - score)).toBeLessThan(1e-4));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the other word the rest', async () => {
    const words = { relevant: 'false', irrelevant: 'true' };
    const [score] = await relevanceTokenScores({ model, tokenizer, pairs: [pairs[0]!], words });
    expect(Math.exp(score!) + Math.exp(expected.scores[0]!.score)).toBeCloseTo(1, 5);
  });
});

/** Logits are the number of input tokens for token 5 and 0 for the others; `inputs` holds the shapes that were read. */
function countingModel(vocabularySize = 1000) {
  const inputs: number[][] = [];
  const heads: number[] = [];
  const model = {
    config: { vocabularySize, decoderStartTokenId: 0 },
    encode: (ids: tf.Tensor2D, mask: tf.Tensor2D) => {
      inputs.push(ids.shape);
      return tf.reshape(tf.sum(mask, 1), [-1, 1, 1]);
    },
    decode: (_: tf.Tensor2D, encoded: tf.Tensor3D) => encoded,
    logits: (rows: tf.Tensor2D) => {
      heads.push(rows.shape[0]);
      return tf.matMul(rows, tf.oneHot(tf.tensor1d([expected.true], 'int32'), vocabularySize).toFloat());
    },
  };
  return { model: model as unknown as EncoderDecoderLm, inputs, heads };
}

describe('relevanceTokenScores', () => {
  const some = [pairs[0]!, pairs[1]!, { ...pairs[0]! }];

  beforeAll(() => selectEngine('cpu'));

  it('scores equal pairs once, counts all, and gives the event loop a turn', async () => {
    const { model, inputs } = countingModel();
    const seen: number[][] = [];
    let turns = 0;
    const turn = nextTurn().then(() => (turns += 1));
    const scores = await relevanceTokenScores({
      model,
      tokenizer,
      pairs: some,
      batchTokens: 1,
      onProgress: (...at) => seen.push(at),
    });
    await turn;
    expect(inputs).toHaveLength(2);
    expect(scores[0]).toBe(scores[2]);
    expect(scores[0]).toBeCloseTo(-Math.log1p(Math.exp(-expected.scores[0]!.ids.length)), 10);
    expect([seen[0], seen.at(-1)]).toEqual([
      [0, 3],
      [3, 3],
    ]);
    expect(turns).toBe(1);
  });

  it('computes logits of a large vocabulary in blocks', async () => {
    const { model, heads } = countingModel(9_000_000);
    await relevanceTokenScores({ model, tokenizer, pairs: some });
    expect(heads).toEqual([1, 1]);
  });

  it('of no pairs is empty', async () => {
    expect(await relevanceTokenScores({ model: countingModel().model, tokenizer, pairs: [] })).toHaveLength(0);
  });

  it('names a token beyond the vocabulary, and a score that is not a number, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await expect(relevanceTokenScores({ model: countingModel(20).model, tokenizer, pairs })).rejects.toThrow(
      'vocabulary size 20',
    );
    const broken = {
      ...countingModel().model,
      logits: (rows: tf.Tensor2D) => tf.fill([rows.shape[0], 1000], NaN),
    } as unknown as EncoderDecoderLm;
    await expect(relevanceTokenScores({ model: broken, tokenizer, pairs })).rejects.toThrow('NaN');
    expect(tf.memory().numTensors).toBe(before);
  });
});
