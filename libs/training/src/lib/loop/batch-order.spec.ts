import { samplingOrder, turnsOfStep } from './batch-order';

const options = { examples: 7, batchSize: 3, order: 'shuffled', seed: 1, stage: 'pretrain' } as const;
const examplesOf = (steps: number[], changes = {}): number[] =>
  steps.flatMap((step) =>
    turnsOfStep(step, { ...options, ...changes })
      .flat()
      .map(({ example }) => example),
  );

describe('turnsOfStep', () => {
  it('takes the examples as given, with a small last step, and starts again', () => {
    expect(examplesOf([0, 1, 2, 3], { order: 'given' })).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2]);
  });

  it('takes each example once an epoch, in another order every epoch', () => {
    const [first, second] = [examplesOf([0, 1, 2]), examplesOf([3, 4, 5])];
    expect([...first].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...second].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(first).not.toEqual(second);
  });

  it('has an order that depends on the seed and on the stage, not on the batch size', () => {
    expect(examplesOf([0, 1, 2], { seed: 2 })).not.toEqual(examplesOf([0, 1, 2]));
    expect(examplesOf([0, 1, 2], { stage: 'finetune' })).not.toEqual(examplesOf([0, 1, 2]));
    expect(examplesOf([0, 1], { batchSize: 4 })).toEqual(examplesOf([0, 1, 2]));
  });

  it.each([
    [1, 6],
    [2, 3],
    [3, 2],
    [4, 2],
  ])('cuts a step into micro-batches of %d, and ends it with the epoch', (batchSize, accumulate) => {
    const whole = { ...options, batchSize: batchSize * accumulate };
    for (const step of [0, 1, 2, 3]) {
      const cut = turnsOfStep(step, { ...options, batchSize, accumulate });
      expect(cut.flat()).toEqual(turnsOfStep(step, whole).flat());
      expect(cut.slice(0, -1).every((turns) => turns.length === batchSize)).toBe(true);
      expect(cut.at(-1)!.length).toBeGreaterThan(0);
    }
  });

  it('counts positions through all epochs', () => {
    expect(
      turnsOfStep(3, options)
        .flat()
        .map(({ position }) => position),
    ).toEqual([7, 8, 9]);
  });
});

const stage = {
  name: 'finetune',
  examples: 5,
  key: ({ example, position }: { example: number; position: number }) => [`${example}`, `${position}`],
} as const;
const sampling = { steps: 4, batchSize: 4, order: 'shuffled', seed: 3 } as const;

describe('samplingOrder', () => {
  it('is that of the examples, however they are cut into batches', () => {
    const [whole, again] = [
      samplingOrder(stage, sampling),
      samplingOrder(stage, { ...sampling, batchSize: 2, accumulate: 2 }),
    ];
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(whole);
    expect(samplingOrder(stage, { ...sampling, steps: 5, batchSize: 1 })).toBe(
      samplingOrder(stage, { ...sampling, steps: 1, batchSize: 5 }),
    );
  });

  it.each([
    ['seed', { seed: 4 }],
    ['number of steps', { steps: 5 }],
    ['order', { order: 'given' as const }],
  ])('depends on the %s', (_, change) => {
    expect(samplingOrder(stage, { ...sampling, ...change })).not.toBe(samplingOrder(stage, sampling));
  });

  it('is not there for examples without a key', () => {
    expect(samplingOrder({ name: 'pretrain', examples: 5 }, sampling)).toBeUndefined();
  });
});
