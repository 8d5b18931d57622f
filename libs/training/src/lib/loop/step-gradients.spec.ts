import { loadModel } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import { finetune } from '../stages/finetune';
import type { FinetuneOptions } from '../stages/finetune';
import { pretrain } from '../stages/pretrain';
import type { PretrainOptions } from '../stages/pretrain';
import { toyFinetune, toyModel, toyPretrain, weightValues } from '../stages/toy-training';
import { sharesOfTerms } from './step-gradients';
import type { LogRow, TrainingResult } from './training-options';

beforeAll(() => selectEngine('wasm'));

// Queries and documents of very different lengths, so that a mean of means is far from the mean.
const PAIRS = [
  { query: 'a', document: 'b' },
  { query: 'where do the rivers end', document: 'sea' },
  { query: 'moon', document: 'a long tale of the night sky' },
  { query: 'it', document: 'x' },
  { query: 'how far is the sun', document: 'very' },
  { query: 'bread', document: 'flour and water and salt' },
  { query: 'tea', document: 'leaf' },
];
const GROUPS = PAIRS.map(({ query, document }, index) => ({
  query,
  positives: [document],
  negatives: ['sand', 'a cloud over the sea', 'iron', 'mmm'].slice(0, 2 + (index % 3)),
}));
const LONG = { maxDocumentTokens: 40, maxQueryTokens: 30, learningRate: 0.02 };
/** Ways to take six examples a step; seven examples make an epoch, so its last step is short. */
const SPLITS = [
  { batchSize: 1, accumulate: 6 },
  { batchSize: 2, accumulate: 3 },
  { batchSize: 4, accumulate: 2 },
] as const;
// Three at least cross the end of an epoch twice.
const steps = 5;

function expectSameRows(found: readonly LogRow[], expected: readonly LogRow[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, row] of expected.entries()) {
    for (const [name, value] of Object.entries(row) as [keyof LogRow, number][]) {
      if (name === 'seconds') continue;
      const limit = name === 'gradNorm' ? 1e-4 : 1e-5;
      const difference = Math.abs(found[index]![name]! - value) / Math.max(1, Math.abs(value));
      expect({ index, name, agrees: difference <= limit, found: found[index]![name], value }).toMatchObject({
        agrees: true,
      });
    }
  }
}

type Split = Pick<PretrainOptions, 'batchSize' | 'accumulate' | 'lossAverage'>;

const stageOne = (split: Split, changes: Partial<PretrainOptions> = {}): Promise<TrainingResult> =>
  pretrain(toyPretrain(toyModel(1), { ...LONG, pairs: PAIRS, steps, topLayers: 0, ...split, ...changes }));
const stageTwo = (split: Split, changes: Partial<FinetuneOptions> = {}): Promise<TrainingResult> =>
  finetune(
    toyFinetune(toyModel(1), {
      ...LONG,
      reference: toyModel(2),
      groups: GROUPS,
      negatives: 4,
      steps,
      ...split,
      ...changes,
    }),
  );

describe.each(SPLITS)('a step split into $accumulate micro-batches of $batchSize', ({ batchSize, accumulate }) => {
  const whole = { batchSize: batchSize * accumulate };
  const split = { batchSize, accumulate };

  it.each([
    ['rows of the query, all weights', {}],
    ['all rows', { rows: 'all' as const }],
    ['the top block', { topLayers: 1 }],
    ['the order given', { order: 'given' as const }],
  ])('trains stage one as the whole does: %s', async (_, changes) => {
    const [expected, found] = [await stageOne(whole, changes), await stageOne(split, changes)];
    expectSameRows(found.rows, expected.rows);
    expect(found.order).toBe(expected.order);
  });

  it.each([
    ['penalty over all rows', { klRows: 'all' as const }],
    ['penalty over real rows', { klRows: 'real' as const }],
    ['penalty over query rows', { klRows: 'query' as const }],
    ['all weights', { topLayers: 0 }],
    ['the rank loss alone', { weights: { rank: 1, nextToken: 0, differencePenalty: 0 } }],
    ['the next-token loss alone', { weights: { rank: 0, nextToken: 1, differencePenalty: 0 } }],
    [
      'the penalty alone, over all rows',
      { weights: { rank: 0, nextToken: 0, differencePenalty: 1 }, klRows: 'all' as const },
    ],
    ['uneven weights', { weights: { rank: 0.3, nextToken: 2, differencePenalty: 5 } }],
  ])('trains stage two as the whole does: %s', async (_, changes) => {
    const [expected, found] = [await stageTwo(whole, changes), await stageTwo(split, changes)];
    expectSameRows(found.rows, expected.rows);
    expect(found.order).toBe(expected.order);
  });

  it('trains adapters as the whole does', async () => {
    const train = async (sizes: Split) => {
      const { model, tokenizer } = await loadModel('tiny');
      const lora = { rank: 2, alpha: 4, targetModules: null };
      const options = { ...LONG, tokenizer, groups: GROUPS, negatives: 2, steps: 2, topLayers: 2, lora, ...sizes };
      const { rows } = await finetune(toyFinetune(model, options));
      model.dispose();
      return rows;
    };
    expectSameRows(await train(split), await train(whole));
  });
});

describe('lossAverage', () => {
  it('by micro-batch is the mean of the means, as published', async () => {
    const only = async (example: number) =>
      (await stageOne({ batchSize: 1 }, { pairs: [PAIRS[example]!], steps: 1 })).rows[0]!.loss;
    const alone = [await only(0), await only(1)];
    const pairs = PAIRS.slice(0, 2);
    const together = { pairs, steps: 1, order: 'given' as const };
    const split = { batchSize: 1, accumulate: 2 };
    const [published, ours] = [
      (await stageOne({ ...split, lossAverage: 'micro-batch' }, together)).rows[0]!,
      (await stageOne(split, together)).rows[0]!,
    ];
    expect(published.loss).toBeCloseTo((alone[0]! + alone[1]!) / 2, 5);
    // Two and 24 counted rows: each query's letters and the eos.
    expect(ours.loss).toBeCloseTo((2 * alone[0]! + 24 * alone[1]!) / 26, 5);
    expect(Math.abs(published.loss - ours.loss)).toBeGreaterThan(0.01);
  });

  it('changes nothing where a step has one micro-batch', async () => {
    const [step, micro] = [
      await stageTwo({ batchSize: 3 }),
      await stageTwo({ batchSize: 3, lossAverage: 'micro-batch' }),
    ];
    expect(micro.rows.map(({ loss, gradNorm }) => [loss, gradNorm])).toEqual(
      step.rows.map(({ loss, gradNorm }) => [loss, gradNorm]),
    );
  });

  it('leaves no tensor behind', async () => {
    const [model, reference] = [toyModel(1), toyModel(2)];
    const before = tf.memory().numTensors;
    const options = { reference, groups: GROUPS, batchSize: 2, accumulate: 3, klRows: 'all' as const };
    await finetune(toyFinetune(model, options));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes an example without a counted row where others of its step have some', async () => {
    const sequences = [
      { ids: [2, 3, 4, 5], promptLength: 2 },
      { ids: [6, 7, 8], promptLength: 3 },
    ];
    const train = async (sizes: Split) => {
      const model = toyModel(1);
      const { rows } = await pretrain(
        toyPretrain(model, { pairs: undefined, sequences, steps: 2, topLayers: 0, ...sizes }),
      );
      return { rows, weights: weightValues(model) };
    };
    const [together, apart] = [await train({ batchSize: 2 }), await train({ batchSize: 1, accumulate: 2 })];
    expectSameRows(apart.rows, together.rows);
    expect(apart.rows[0]!.tokens).toBe(5);
  });
});

describe('sharesOfTerms', () => {
  it('are those of rows and groups in their step', () => {
    const counts = [
      { rank: 2, nextToken: 30 },
      { rank: 1, nextToken: 10 },
    ];
    expect(sharesOfTerms(counts)).toEqual([
      { rank: 2 / 3, nextToken: 0.75 },
      { rank: 1 / 3, nextToken: 0.25 },
    ]);
    expect(sharesOfTerms(counts, 'micro-batch')).toEqual([
      { rank: 0.5, nextToken: 0.5 },
      { rank: 0.5, nextToken: 0.5 },
    ]);
    expect(sharesOfTerms([{ rank: 3, differencePenalty: 7 }])).toEqual([{ rank: 1, differencePenalty: 1 }]);
  });
});
