import { buildLlama } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { selectEngine, tf } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import { scorePairs } from './score-pairs';

/** One token a character. */
const tokenizer = {
  encode: (text: string) => [...text].map((character) => character.charCodeAt(0) % 128),
  decode: (ids: readonly number[]) => String.fromCharCode(...ids),
} as unknown as Tokenizer;

const random = Random.fromSeed(1, 'pairs');
const text = (length: number) => Array.from({ length }, () => String.fromCharCode(97 + random.nextInt(26))).join('');
const pairs = Array.from({ length: 9 }, () => ({
  query: text(1 + random.nextInt(9)),
  document: text(random.nextInt(40)),
}));

let model: CausalLm;

beforeAll(async () => {
  await selectEngine('cpu');
  const sizes = { vocabularySize: 128, hiddenSize: 16, layers: 2, heads: 4, keyValueHeads: 2, intermediateSize: 24 };
  model = buildLlama(sizes, Random.fromSeed(1));
  // Fresh weights give nearly uniform predictions; larger ones tell one context from another.
  for (const weight of model.weights.values()) tf.tidy(() => weight.assign(weight.mul(8)));
});

afterAll(() => model.dispose());

describe('scorePairs with a LLaMA-type model', () => {
  it('gives a pair the same score alone, among longer and shorter ones, and in any order', async () => {
    const together = await scorePairs({ model, tokenizer, pairs });
    expect(Math.max(...together) - Math.min(...together)).toBeGreaterThan(0.1);
    const alone = await scorePairs({ model, tokenizer, pairs, batchTokens: 1 });
    const backwards = await scorePairs({ model, tokenizer, pairs: [...pairs].reverse(), batchTokens: 150 });
    pairs.forEach((_, index) => {
      expect(alone[index]).toBeCloseTo(together[index]!, 5);
      expect(backwards[pairs.length - 1 - index]).toBeCloseTo(together[index]!, 5);
    });
  });

  it('is the log-softmax of the full logits, picked and averaged', async () => {
    const { query, document } = pairs[0]!;
    const prompt = tokenizer.encode(`Document: ${document} Query:`);
    const ids = [...prompt, ...tokenizer.encode(query)];
    const expected = tf.tidy(() => {
      const inputs = tf.tensor2d([ids.slice(0, -1)], undefined, 'int32');
      const hidden = model.hiddenStates(inputs, tf.onesLike(inputs).toFloat() as tf.Tensor2D); // [1, S, h]
      const logProbs = tf.logSoftmax(model.logits(hidden.squeeze([0]))).arraySync() as number[][]; // [S, V]
      const picked = ids.slice(prompt.length).map((id, index) => logProbs[prompt.length - 1 + index]![id]!);
      return picked.reduce((sum, value) => sum + value, 0) / picked.length;
    });
    const [score] = await scorePairs({ model, tokenizer, pairs: [pairs[0]!] });
    expect(score).toBeCloseTo(expected, 5);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await scorePairs({ model, tokenizer, pairs });
    expect(tf.memory().numTensors).toBe(before);
  });
});
