import { InputError } from '@tsarank/io';
import { buildLlama } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { selectEngine, tf } from '@tsarank/tensor';
import { documentsOfTurn, finetune } from './finetune';
import { toyFinetune, toyModel, weightValues } from './toy-training';

beforeAll(() => selectEngine('wasm'));

describe('finetune', () => {
  it('lowers the rank loss, leaves the reference and the frozen weights bit-identical', async () => {
    const [model, reference] = [toyModel(1), toyModel(1)];
    const before = weightValues(reference);
    const { rows } = await finetune(toyFinetune(model, { reference, steps: 40, learningRate: 0.03 }));
    const mean = (part: typeof rows): number => part.reduce((sum, row) => sum + row.rank!, 0) / part.length;
    expect(mean(rows.slice(-6))).toBeLessThan(mean(rows.slice(0, 6)));
    expect(weightValues(reference)).toEqual(before);
    const changed = Object.entries(weightValues(model)).filter(
      ([name, values]) => String(values) !== String(before[name]),
    );
    expect(changed.map(([name]) => name)).toEqual(['model.layers.1.weight', 'model.layers.2.weight']);
  });

  it('starts with a penalty of 0 where the reference is the same model', async () => {
    const { rows } = await finetune(toyFinetune(toyModel(1), { reference: toyModel(1), steps: 1 }));
    expect(rows[0]!.differencePenalty).toBeCloseTo(0, 6);
  });

  it('logs no term of weight 0 and then needs no reference', async () => {
    const weights = { rank: 1, nextToken: 0, differencePenalty: 0 };
    const { rows } = await finetune(toyFinetune(toyModel(1), { weights, steps: 1 }));
    expect(Object.keys(rows[0]!)).toEqual(['step', 'loss', 'rank', 'gradNorm', 'tokens', 'seconds']);
    expect(rows[0]!.loss).toBe(rows[0]!.rank);
  });

  it('takes the first documents of each group as given', () => {
    const options = toyFinetune(toyModel(1), { order: 'given', negatives: 2 });
    expect(documentsOfTurn({ example: 1, position: 1 }, options)).toEqual([
      'the dog at home',
      'a cloud',
      'some sand here',
    ]);
  });

  it('draws the negatives of a small group as the first of those of a large one', () => {
    const draw = (negatives: number): string[] =>
      documentsOfTurn({ example: 0, position: 4 }, toyFinetune(toyModel(1), { negatives }));
    expect(draw(2)).toEqual(draw(4).slice(0, 3));
    expect(new Set(draw(4)).size).toBe(5);
  });

  it('draws other negatives at other turns and with other seeds', () => {
    const draw = (position: number, seed: number): string =>
      documentsOfTurn({ example: 0, position }, toyFinetune(toyModel(1), { seed })).join();
    expect(new Set([draw(0, 1), draw(3, 1), draw(6, 1), draw(0, 2), draw(3, 2)]).size).toBeGreaterThan(2);
    expect(draw(3, 1)).toBe(draw(3, 1));
  });

  it('averages the rank loss over groups of different sizes', async () => {
    const groups = [
      { query: 'cat', positives: ['a cat'], negatives: ['sand'] },
      { query: 'dog', positives: ['a dog'], negatives: ['sand', 'moon'] },
    ];
    const weights = { rank: 1, nextToken: 0, differencePenalty: 0 };
    const run = async (batchSize: number, accumulate: number) =>
      (await finetune(toyFinetune(toyModel(1), { groups, weights, batchSize, accumulate, steps: 1 }))).rows[0]!;
    const [together, apart] = [await run(2, 1), await run(1, 2)];
    expect(together.rank).toBeCloseTo(apart.rank!, 5);
    expect(together.gradNorm).toBeCloseTo(apart.gradNorm, 5);
  });

  it('keeps the number of tensors constant over the steps and frees its own', async () => {
    const [model, reference] = [toyModel(1), toyModel(2)];
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    const onStep = (): void => void counts.add(tf.memory().numTensors);
    await finetune(toyFinetune(model, { reference, steps: 60, accumulate: 2, batchSize: 2, klRows: 'query', onStep }));
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('trains a LLaMA-type model: the same first loss however many blocks train, gradients for those alone', async () => {
    const sizes = { vocabularySize: 40, hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 24 };
    const build = (): CausalLm => buildLlama(sizes, Random.fromSeed(3));
    const firstRow = async (topLayers: number) => {
      const model = build();
      const before = weightValues(model);
      const { rows } = await finetune(toyFinetune(model, { reference: toyModel(2), topLayers, steps: 2 }));
      const after = weightValues(model);
      const changed = Object.keys(before).filter((name) => String(before[name]) !== String(after[name]));
      return { row: rows[0]!, layers: new Set(changed.map((name) => model.layerOf(name))) };
    };
    const [all, two, one] = [await firstRow(0), await firstRow(2), await firstRow(1)];
    expect(two.row.loss).toBe(all.row.loss);
    expect(one.row.loss).toBe(all.row.loss);
    expect(one.row.gradNorm).toBeLessThan(two.row.gradNorm);
    expect(two.row.gradNorm).toBeLessThan(all.row.gradNorm);
    expect([...all.layers].sort()).toEqual([0, 1, null]);
    expect([...two.layers].sort()).toEqual([0, 1]);
    expect([...one.layers]).toEqual([1]);
  });

  it.each([
    [{ groups: [] }, 'field "groups"'],
    [{ groups: [{ query: 'q', positives: ['p'], negatives: [] }] }, 'query "q" with 1 positives and 0 negatives'],
    [{ negatives: 0 }, 'field "negatives": found 0'],
    [{ weights: { rank: 0, nextToken: 0, differencePenalty: 0 } }, 'field "weights": found nothing but 0'],
    [{ weights: { rank: -1, nextToken: 0, differencePenalty: 0 } }, 'field "weights.rank": found -1'],
    [{ reference: undefined }, 'field "reference": found nothing'],
  ])('refuses %j', (changes, message) => {
    const start = () => finetune(toyFinetune(toyModel(1), { reference: toyModel(2), ...changes }));
    expect(start).toThrow(InputError);
    expect(start).toThrow(message);
  });
});
