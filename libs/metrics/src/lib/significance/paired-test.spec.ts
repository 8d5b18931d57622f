import { holm } from './holm';
import { pairedTest } from './paired-test';
import { studentTwoSided } from './student-t';

describe('studentTwoSided', () => {
  // scipy 1.x: 2 * scipy.stats.t.sf(t, n)
  it.each([
    [2.4494897427831783, 3, 0.09172111331157186],
    [0.5, 1, 0.7048327646991335],
    [12.3, 200, 2.933818286121403e-26],
    [0.001, 7, 0.9992300172449988],
    [-4, 2.5, 0.03901297584131825],
    [1.96, 100000, 0.04999856319430168],
  ])('t = %p with %p degrees of freedom', (t, n, expected) => {
    expect(studentTwoSided(t, n) / expected).toBeCloseTo(1, 9);
  });

  it('is 1 at 0, 0 at infinity, and rejects no degrees of freedom', () => {
    expect(studentTwoSided(0, 5)).toBe(1);
    expect(studentTwoSided(Infinity, 5)).toBe(0);
    expect(() => studentTwoSided(1, 0)).toThrow(RangeError);
  });
});

describe('pairedTest', () => {
  it('is the paired t-test by default', () => {
    const result = pairedTest([1, 2, 3, 4], [0, 2, 1, 3]); // scipy.stats.ttest_rel
    expect(result).toMatchObject({ difference: 1, test: 'paired t', pairs: 4 });
    expect(result.p).toBeCloseTo(0.09172111331157186, 12);
  });

  it('tries every pattern of signs for few pairs', () => {
    // differences 1 0 2 1: |sum| >= 4 needs all three non-zero signs alike: 2 of 8
    expect(pairedTest([1, 2, 3, 4], [0, 2, 1, 3], { test: 'randomization' }).p).toBe(0.25);
  });

  it('draws patterns for many pairs, the same for the same seed, near the t-test for normal differences', () => {
    const a = Array.from({ length: 60 }, (_, index) => Math.sin(index * 12.9898) + 0.2);
    const b = a.map(() => 0);
    const drawn = pairedTest(a, b, { test: 'randomization', seed: 7 }).p;
    expect(pairedTest(a, b, { test: 'randomization', seed: 7 }).p).toBe(drawn);
    expect(Math.abs(drawn - pairedTest(a, b).p)).toBeLessThan(0.02);
  });

  it('swapping the systems turns the sign and keeps p; maps are matched by query', () => {
    const a = new Map([
      ['x', 0.1],
      ['y', 0.5],
      ['z', 0.4],
    ]);
    const b = new Map([
      ['z', 0.2],
      ['x', 0.3],
      ['y', 0.1],
    ]);
    const there = pairedTest(a, b);
    const back = pairedTest(b, a);
    expect(there.difference).toBeCloseTo(1 / 7.5, 12);
    expect(back.difference).toBeCloseTo(-there.difference, 12);
    expect(back.p).toBeCloseTo(there.p, 12);
  });

  it('equal systems have p = 1, a constant difference p = 0, one pair p = 1', () => {
    expect(pairedTest([1, 2], [1, 2]).p).toBe(1);
    expect(pairedTest([1, 2], [1, 2], { test: 'randomization' }).p).toBe(1);
    expect(pairedTest([2, 3], [1, 2]).p).toBe(0);
    expect(pairedTest([2], [1]).p).toBe(1);
  });

  it('rejects systems of different queries', () => {
    expect(() => pairedTest([], [])).toThrow('no queries');
    expect(() => pairedTest([1], [1, 2])).toThrow('1 and 2 values');
    expect(() => pairedTest(new Map([['x', 1]]), new Map([['y', 1]]))).toThrow('query "x"');
  });
});

describe('holm', () => {
  it('multiplies the smallest by the number of tests and never falls', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});
