import { samplingOrder } from './sampling-order';

const stage = {
  name: 'finetune',
  examples: 5,
  key: ({ example, position }: { example: number; position: number }) => [`${example}`, `${position}`],
} as const;
const options = { steps: 4, batchSize: 2, order: 'shuffled', seed: 3 } as const;

describe('samplingOrder', () => {
  it('is that of the examples, however they are cut into batches', () => {
    const [whole, again] = [
      samplingOrder(stage, options),
      samplingOrder(stage, { ...options, steps: 2, accumulate: 2 }),
    ];
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(whole);
    expect(samplingOrder(stage, { ...options, steps: 5, batchSize: 1 })).toBe(
      samplingOrder(stage, { ...options, steps: 1, batchSize: 5 }),
    );
  });

  it.each([
    ['seed', { seed: 4 }],
    ['number of steps', { steps: 5 }],
    ['order', { order: 'given' as const }],
  ])('depends on the %s', (_, change) => {
    expect(samplingOrder(stage, { ...options, ...change })).not.toBe(samplingOrder(stage, options));
  });

  it('is not there for examples without a key', () => {
    expect(samplingOrder({ name: 'pretrain', examples: 5 }, options)).toBeUndefined();
  });
});
