import { compareLogs } from './compare-logs';

const row = { step: 0, loss: 16.8, rank: 11.6, nextToken: 5.2, differencePenalty: 0, gradNorm: 133 };

describe('compareLogs', () => {
  it('accepts a relative difference of a thousandth and, for the penalty, an absolute one of 1e-5', () => {
    const close = { ...row, rank: 11.605, differencePenalty: 9e-6 };
    expect(compareLogs([row], [close]).every(({ agrees }) => agrees)).toBe(true);
  });

  it('names the values that differ by more', () => {
    const far = { ...row, gradNorm: 134, differencePenalty: 2e-5 };
    const wrong = compareLogs([row], [far]).filter(({ agrees }) => !agrees);
    expect(wrong.map(({ name, kind }) => [name, kind])).toEqual([
      ['differencePenalty', 'absolute'],
      ['gradNorm', 'relative'],
    ]);
  });

  it('compares what a stage logs and refuses logs that say different things', () => {
    const plain = { step: 0, loss: 4, gradNorm: 10, seconds: 3 };
    expect(compareLogs([plain], [plain]).map(({ name }) => name)).toEqual(['loss', 'gradNorm']);
    expect(() => compareLogs([row], [plain])).toThrow('rank is 11.6 in the reference');
    expect(() => compareLogs([row, row], [row])).toThrow('logged 2 steps, we logged 1');
  });
});
