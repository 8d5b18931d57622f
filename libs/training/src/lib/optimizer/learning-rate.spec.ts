import { learningRateAt } from './learning-rate';

describe('learningRateAt', () => {
  // Values of transformers 4.57.1, `get_scheduler('cosine', optimizer, 3, 10)` at learning rate 1.
  it('equals the published trainer for a cosine with warm-up', () => {
    const options = { schedule: 'cosine', learningRate: 1, steps: 10, warmupRatio: 0.25 } as const;
    const expected = [0, 1 / 3, 2 / 3, 1, 0.9504844, 0.8117449, 0.6112605, 0.3887395, 0.1882551, 0.0495156];
    expected.forEach((rate, step) => expect(learningRateAt(options, step)).toBeCloseTo(rate, 6));
  });

  it('is flat throughout when constant, whatever the warm-up, as the published trainer', () => {
    const options = { schedule: 'constant', learningRate: 2, steps: 4, warmupRatio: 0.5 } as const;
    expect([0, 1, 2, 3].map((step) => learningRateAt(options, step))).toEqual([2, 2, 2, 2]);
  });

  it('rounds the warm-up up to a whole step', () => {
    const options = { schedule: 'cosine', learningRate: 1, steps: 10, warmupRatio: 0.01 } as const;
    expect(learningRateAt(options, 0)).toBe(0);
    expect(learningRateAt(options, 1)).toBe(1);
  });

  it('stays at the peak or below it when the warm-up takes every step', () => {
    const options = { schedule: 'cosine', learningRate: 1, steps: 2, warmupRatio: 1 } as const;
    expect([0, 1].map((step) => learningRateAt(options, step))).toEqual([0, 0.5]);
  });
});
