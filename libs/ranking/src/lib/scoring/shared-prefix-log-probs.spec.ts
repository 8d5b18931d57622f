import type { EncodedPair } from '@tsarank/data';
import { buildLlama } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { selectEngine, tf } from '@tsarank/tensor';
import { sequenceLogProbs } from './sequence-log-probs';
import { sharedStemLogProbs } from './shared-prefix-log-probs';

const VOCABULARY = 97;
const random = Random.fromSeed(7, 'stems');
const tokens = (length: number) => Array.from({ length }, () => random.nextInt(VOCABULARY));
const behind = (prompt: number[], added: number): EncodedPair => ({
  ids: [...prompt, ...tokens(added)],
  promptLength: prompt.length,
});

let model: CausalLm;

beforeAll(async () => {
  await selectEngine('cpu');
  const sizes = {
    vocabularySize: VOCABULARY,
    hiddenSize: 16,
    layers: 3,
    heads: 4,
    keyValueHeads: 2,
    intermediateSize: 24,
  };
  model = buildLlama(sizes, Random.fromSeed(1));
  // Fresh weights give nearly uniform predictions; larger ones tell one context from another.
  for (const weight of model.weights.values()) tf.tidy(() => weight.assign(weight.mul(8)));
});

afterAll(() => model.dispose());

async function expectOracle(sequences: EncodedPair[], batchTokens?: number): Promise<void> {
  const expected = await sequenceLogProbs(model, sequences);
  const shared = await sharedStemLogProbs(model, sequences, { batchTokens });
  expect(shared.map((each) => each.tokens)).toEqual(expected.map((each) => each.tokens));
  shared.forEach((each, index) => expect(each.sum).toBeCloseTo(expected[index]!.sum, 3));
}

describe('sharedStemLogProbs', () => {
  it('equals the plain definition for stems of any length with branches of any length', async () => {
    const stems = [1, 2, 9, 30].map((length) => tokens(length));
    const sequences = Array.from({ length: 40 }, () => behind(stems[random.nextInt(4)]!, 1 + random.nextInt(8)));
    await expectOracle(sequences);
    await expectOracle(sequences, 40);
  });

  it('equals it when a stem has more branches than one group holds', async () => {
    const stem = tokens(20);
    await expectOracle(Array.from({ length: 60 }, () => behind(stem, 12)));
  });

  it('equals it when no two sequences share a stem', async () => {
    await expectOracle(Array.from({ length: 5 }, (_, index) => behind(tokens(3 + index), 4)));
  });

  it('tells the indices it has finished, each once', async () => {
    const stem = tokens(4);
    const finished: number[] = [];
    await sharedStemLogProbs(
      model,
      Array.from({ length: 9 }, () => behind(stem, 3)),
      { batchTokens: 12, onBatch: (indices) => finished.push(...indices) },
    );
    expect(finished.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('leaves no tensor behind', async () => {
    const sequences = [behind(tokens(5), 2), behind(tokens(6), 3)];
    await sharedStemLogProbs(model, sequences);
    const before = tf.memory().numTensors;
    await sharedStemLogProbs(model, sequences);
    expect(tf.memory().numTensors).toBe(before);
  });
});
