import { collate, encodePair } from '@tsarank/data';
import { selectEngine, tf } from '@tsarank/tensor';
import { pretrain } from './pretrain';
import { letterTokenizer, toyModel, toyPretrain, weightValues } from './toy-training';

beforeAll(() => selectEngine('wasm'));

describe('pretrain', () => {
  it('lowers the loss', async () => {
    const { rows } = await pretrain(toyPretrain(toyModel(1), { steps: 30, topLayers: 0, learningRate: 0.05 }));
    expect(rows.at(-1)!.loss).toBeLessThan(rows[0]!.loss * 0.7);
  });

  it("logs the mean negative log-probability of the query's tokens and the eos, and the real rows", async () => {
    const model = toyModel(1);
    const pairs = [{ query: 'cat', document: 'a tale' }];
    const encoded = encodePair(letterTokenizer, pairs[0]!, { maxDocumentTokens: 12, maxQueryTokens: 6, eos: true });
    const batch = collate([encoded], 0);
    const hidden = model.hiddenStates(
      tf.tensor2d(batch.inputIds, [1, batch.length], 'int32'),
      tf.ones([1, batch.length]),
    );
    const logProbs = tf.logSoftmax(model.logits(tf.squeeze(hidden, [0]))).arraySync() as number[][];
    const places = [encoded.promptLength - 1, encoded.promptLength, encoded.promptLength + 1, encoded.promptLength + 2];
    const expected = -places.reduce((sum, place) => sum + logProbs[place]![encoded.ids[place + 1]!]!, 0) / 4;
    const { rows } = await pretrain(toyPretrain(model, { pairs, batchSize: 1, steps: 1 }));
    expect(encoded.ids.at(-1)).toBe(letterTokenizer.eosTokenId);
    expect(rows[0]!.loss).toBeCloseTo(expected, 5);
    expect(rows[0]!.tokens).toBe(encoded.ids.length - 1);
  });

  it('counts every token of encoded sequences with rows all', async () => {
    const sequences = [{ ids: [2, 3, 4, 5, 6], promptLength: 1 }];
    const run = async (rows: 'all' | 'query') =>
      (await pretrain(toyPretrain(toyModel(1), { pairs: undefined, sequences, rows, steps: 1 }))).rows[0]!;
    const [all, query] = [await run('all'), await run('query')];
    expect(all.loss).toBe(query.loss);
    expect(all.tokens).toBe(4);
  });

  it('averages micro-batches of equal size to the gradient of one large batch', async () => {
    const pairs = ['cat', 'dog', 'sun', 'sea'].map((query) => ({ query, document: 'words' }));
    const large = await pretrain(toyPretrain(toyModel(1), { pairs, batchSize: 4, steps: 1 }));
    const small = await pretrain(toyPretrain(toyModel(1), { pairs, batchSize: 2, accumulate: 2, steps: 1 }));
    expect(small.rows[0]!.loss).toBeCloseTo(large.rows[0]!.loss, 6);
    expect(small.rows[0]!.gradNorm).toBeCloseTo(large.rows[0]!.gradNorm, 6);
    expect(small.rows[0]!.tokens).toBe(large.rows[0]!.tokens);
  });

  it('leaves frozen weights bit-identical and changes the trainable ones', async () => {
    const model = toyModel(1);
    const before = weightValues(model);
    await pretrain(toyPretrain(model));
    const after = weightValues(model);
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    expect(changed).toEqual(['model.layers.1.weight', 'model.layers.2.weight']);
  });

  it('keeps the number of tensors constant over 1,000 steps and frees its own', async () => {
    const model = toyModel(1);
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    const onStep = (): void => void counts.add(tf.memory().numTensors);
    await pretrain(toyPretrain(model, { steps: 1000, batchSize: 1, topLayers: 0, onStep }));
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  }, 300_000);

  it('names the query of a pair that is longer than the positions of the model', async () => {
    const model = Object.assign(toyModel(1), { longestSequence: 20 });
    const pairs = [{ query: 'cat', document: 'a tale' }];
    await expect(pretrain(toyPretrain(model, { pairs, steps: 1 }))).rejects.toThrow(
      /query "cat" is too long.* expected 21 at most/s,
    );
  });

  it('refuses no examples, both kinds of examples, and options without sense', () => {
    const model = toyModel(1);
    expect(() => pretrain(toyPretrain(model, { pairs: [] }))).toThrow('field "pairs": found none');
    expect(() => pretrain(toyPretrain(model, { sequences: [] }))).toThrow('either pairs or sequences');
    return expect(pretrain(toyPretrain(model, { warmupRatio: 2 }))).rejects.toThrow(
      'field "warmupRatio": found 2, expected a number from 0 to 1',
    );
  });
});
