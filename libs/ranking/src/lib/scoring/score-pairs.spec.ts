import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BranchLayout, CausalLm } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import { perplexity, queryPerplexity } from './perplexity';
import { scorePairs } from './score-pairs';
import { sequenceLogProbs } from './sequence-log-probs';

const VOCABULARY = 128;
const HIDDEN = 4;

/** One token a character. */
const tokenizer = {
  encode: (text: string) => [...text].map((character) => character.charCodeAt(0) % VOCABULARY),
  decode: (ids: readonly number[]) => String.fromCharCode(...ids),
  vocabularySize: VOCABULARY,
} as unknown as Tokenizer;

const embedding = Float32Array.from({ length: VOCABULARY * HIDDEN }, (_, index) => Math.sin(index * 0.7));
const output = Float32Array.from({ length: HIDDEN * VOCABULARY }, (_, index) => Math.cos(index * 0.3));

/** A causal model small enough to write out: hidden state = sum of the embeddings so far. */
function sumModel(): CausalLm & { calls: [number, number][]; headRows: number[] } {
  const calls: [number, number][] = [];
  const headRows: number[] = [];
  return {
    calls,
    headRows,
    config: { vocabularySize: VOCABULARY },
    hiddenStates: (inputIds: tf.Tensor2D) => {
      calls.push(inputIds.shape);
      return tf.cumsum(tf.gather(tf.tensor2d(embedding, [VOCABULARY, HIDDEN]), inputIds), 1);
    },
    branchedHiddenStates: (inputIds: tf.Tensor2D, { branches }: BranchLayout) => {
      calls.push(inputIds.shape);
      const [batch, length] = inputIds.shape;
      const seen = tf.buffer([batch, length, length]);
      branches.forEach((own, index) => {
        const row = Math.floor(index / length);
        for (let key = 0; key <= index % length; key += 1) {
          const branch = branches[row * length + key]!;
          if (branch === 0 || branch === own) seen.set(1, row, index % length, key);
        }
      });
      return tf.matMul(seen.toTensor(), tf.gather(tf.tensor2d(embedding, [VOCABULARY, HIDDEN]), inputIds));
    },
    logits: (rows: tf.Tensor2D) => {
      headRows.push(rows.shape[0]);
      return tf.matMul(rows, tf.tensor2d(output, [HIDDEN, VOCABULARY]));
    },
  } as unknown as CausalLm & { calls: [number, number][]; headRows: number[] };
}

/** The same log-probabilities by the definition: those of ids[start], ids[start + 1], … */
function logProbsByHand(ids: number[], start: number): number[] {
  return ids.slice(start).map((id, offset) => {
    const hidden = Array.from({ length: HIDDEN }, (_, unit) =>
      ids.slice(0, start + offset).reduce((sum, token) => sum + embedding[token * HIDDEN + unit]!, 0),
    );
    const logits = Array.from({ length: VOCABULARY }, (_, token) =>
      hidden.reduce((sum, value, unit) => sum + value * output[unit * VOCABULARY + token]!, 0),
    );
    return logits[id]! - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const scoreByHand = (query: string, document: string) => {
  const prompt = `Document: ${document} Query:`;
  return mean(logProbsByHand(tokenizer.encode(prompt + query), prompt.length));
};

const pairs = [
  { query: 'cat', document: 'a pet' },
  { query: 'a long query indeed', document: 'x' },
  { query: 'cat', document: 'a much longer document than the others' },
  { query: 'cat', document: 'a pet' },
  { query: 'd', document: '' },
];

beforeAll(() => selectEngine('cpu'));

describe('scorePairs', () => {
  it('is the mean log-probability of the query tokens, in the order of the pairs', async () => {
    const scores = await scorePairs({ model: sumModel(), tokenizer, pairs });
    pairs.forEach(({ query, document }, index) => expect(scores[index]).toBeCloseTo(scoreByHand(query, document), 4));
  });

  it('does not depend on how pairs are batched', async () => {
    const together = await scorePairs({ model: sumModel(), tokenizer, pairs });
    for (const batchTokens of [1, 70, 100_000]) {
      const model = sumModel();
      const scores = await scorePairs({ model, tokenizer, pairs, batchTokens });
      scores.forEach((score, index) => expect(score).toBeCloseTo(together[index]!, 5));
      for (const [rows, length] of model.calls) expect(rows === 1 || rows * length <= batchTokens).toBe(true);
    }
  });

  it('scores a pair that stands twice once, and counts both as done', async () => {
    const model = sumModel();
    const seen: [number, number][] = [];
    const scores = await scorePairs({
      model,
      tokenizer,
      pairs,
      batchTokens: 1,
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(model.calls).toHaveLength(4);
    expect(scores[0]).toBe(scores[3]);
    expect(seen[0]).toEqual([0, 5]);
    expect(seen.at(-1)).toEqual([5, 5]);
  });

  it('puts the output layer on query rows only', async () => {
    const model = sumModel();
    await scorePairs({ model, tokenizer, pairs: [pairs[0]!] });
    expect(model.headRows).toEqual([3]);
  });

  it('cuts texts to the limits given', async () => {
    const limits = { maxDocumentTokens: 4, maxQueryTokens: 2 };
    const [score] = await scorePairs({ model: sumModel(), tokenizer, pairs: [pairs[2]!], limits });
    expect(score).toBeCloseTo(scoreByHand('ca', 'a mu'), 4);
  });

  it('gives the event loop a turn between batches', async () => {
    let turns = 0;
    let running = true;
    const other = (async () => {
      while (running) {
        turns += 1;
        await nextTurn();
      }
    })();
    await scorePairs({ model: sumModel(), tokenizer, pairs, batchTokens: 1 });
    running = false;
    await other;
    expect(turns).toBeGreaterThan(3);
  });

  it('leaves no tensor behind, also when the model fails', async () => {
    const before = tf.memory().numTensors;
    await scorePairs({ model: sumModel(), tokenizer, pairs });
    const failing = {
      ...sumModel(),
      logits: () => {
        throw new Error('no head');
      },
    } as unknown as CausalLm;
    await expect(scorePairs({ model: failing, tokenizer, pairs })).rejects.toThrow('no head');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of no pairs is empty', async () => {
    expect(await scorePairs({ model: sumModel(), tokenizer, pairs: [] })).toHaveLength(0);
  });

  it('names a token beyond the vocabulary and a score that is not a number', async () => {
    const small = { ...sumModel(), config: { vocabularySize: 50 } } as unknown as CausalLm;
    await expect(scorePairs({ model: small, tokenizer, pairs })).rejects.toThrow('vocabulary size 50');
    const broken = { ...sumModel(), logits: (rows: tf.Tensor2D) => tf.fill([rows.shape[0], VOCABULARY], NaN) };
    await expect(scorePairs({ model: broken as unknown as CausalLm, tokenizer, pairs })).rejects.toThrow('NaN');
  });

  it('names the first pair that is longer than the positions of the model, by its place where it has one', async () => {
    const found = 'found 58 tokens with the prompt, expected 57 at most, as the model has positions for 56';
    const atMost = (longestSequence: number) => ({ ...sumModel(), longestSequence }) as unknown as CausalLm;
    const places = pairs.map((_, index) => ({ file: 'pairs.jsonl', line: 10 + index }));
    await expect(scorePairs({ model: atMost(56), tokenizer, pairs })).rejects.toThrow(`pair 3, ${found}`);
    await expect(scorePairs({ model: atMost(56), tokenizer, pairs, places })).rejects.toThrow(
      `pairs.jsonl:12: ${found}`,
    );
    expect(await scorePairs({ model: atMost(57), tokenizer, pairs })).toEqual(
      await scorePairs({ model: sumModel(), tokenizer, pairs }),
    );
  });

  it('names the place of a query without a token of its own', async () => {
    const empty = [...pairs, { query: '', document: 'a pet' }];
    const places = empty.map((_, index) => ({ file: 'pairs.jsonl', line: index + 1 }));
    await expect(scorePairs({ model: sumModel(), tokenizer, pairs: empty, places })).rejects.toThrow(
      'pairs.jsonl:6: field "query"',
    );
  });
});

describe('sequenceLogProbs', () => {
  it('is the same for any block size of the output layer', async () => {
    const sequences = [{ ids: tokenizer.encode('abcdefgh'), promptLength: 1 }];
    const model = sumModel();
    const [blocks] = await sequenceLogProbs(model, sequences, { logitBytes: 4 * VOCABULARY * 3 });
    expect(model.headRows).toEqual([3, 3, 1]);
    const [whole] = await sequenceLogProbs(sumModel(), sequences);
    expect(blocks!.tokens).toBe(7);
    expect(blocks!.sum).toBeCloseTo(whole!.sum, 5);
  });
});

describe('perplexity', () => {
  it('is exp of the mean negative log-probability over the tokens of all texts but each first', async () => {
    const logProbs = [...logProbsByHand(tokenizer.encode('hello'), 1), ...logProbsByHand(tokenizer.encode('ab'), 1)];
    const value = await perplexity({ model: sumModel(), tokenizer, texts: ['hello', 'ab', 'x', ''] });
    expect(value / Math.exp(-mean(logProbs))).toBeCloseTo(1, 4);
  });

  it('reads no more than the tokens allowed', async () => {
    const [cut, whole] = [
      await perplexity({ model: sumModel(), tokenizer, texts: ['hello'], maxTokens: 3 }),
      await perplexity({ model: sumModel(), tokenizer, texts: ['hel'] }),
    ];
    expect(cut).toBe(whole);
  });

  it('of queries counts their tokens given the document', async () => {
    const one = await queryPerplexity({ model: sumModel(), tokenizer, pairs: [pairs[0]!] });
    expect(one / Math.exp(-scoreByHand('cat', 'a pet'))).toBeCloseTo(1, 4);
  });

  it('rejects texts without a token to predict', async () => {
    await expect(perplexity({ model: sumModel(), tokenizer, texts: ['x'] })).rejects.toThrow(RangeError);
    await expect(perplexity({ model: sumModel(), tokenizer, texts: ['ab'], maxTokens: 1 })).rejects.toThrow(
      'maxTokens',
    );
  });
});
