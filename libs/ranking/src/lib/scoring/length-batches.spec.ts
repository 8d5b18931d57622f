import { lengthBatches } from './length-batches';

describe('lengthBatches', () => {
  it('puts near lengths together, longest first, within the bound', () => {
    expect(lengthBatches([2, 9, 3], 10)).toEqual([[1], [2, 0]]);
    expect(lengthBatches([5, 5, 5, 5], 10)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('gives a sequence longer than the bound a group of its own', () => {
    expect(lengthBatches([50, 1, 60], 10)).toEqual([[2], [0], [1]]);
  });

  it('takes every index once', () => {
    const lengths = Array.from({ length: 100 }, (_, index) => 1 + ((index * 37) % 50));
    expect(
      lengthBatches(lengths, 128)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(lengths.map((_, index) => index));
    expect(lengthBatches([], 10)).toEqual([]);
    expect(() => lengthBatches([1], 0)).toThrow(RangeError);
  });
});
