import { exclude, grid, levels, oneFactorAtATime, paired } from './variants';

const top = levels('top', [1, 0], (topLayers) => ({ finetune: { topLayers } }));
const negatives = levels('negatives', [3, 15], (count) => ({ finetune: { negatives: count } }));

describe('variants', () => {
  it('a grid holds every combination, each with both settings', () => {
    const variants = grid(top, negatives);
    expect(Object.keys(variants)).toEqual([
      'top-1+negatives-3',
      'top-1+negatives-15',
      'top-0+negatives-3',
      'top-0+negatives-15',
    ]);
    expect(variants['top-0+negatives-15']).toEqual({ finetune: { topLayers: 0, negatives: 15 } });
  });

  it('one factor at a time holds each level alone', () => {
    const variants = oneFactorAtATime(top, negatives);
    expect(Object.keys(variants)).toEqual(['top-1', 'top-0', 'negatives-3', 'negatives-15']);
    expect(variants['negatives-3']).toEqual({ finetune: { negatives: 3 } });
  });

  it('paired lists go together, and must be equally long', () => {
    expect(Object.keys(paired(top, negatives))).toEqual(['top-1+negatives-3', 'top-0+negatives-15']);
    const one = levels('seed', [1], (seed) => ({ seed }));
    expect(() => paired(top, one)).toThrow('found 2 and 1 levels');
  });

  it('an exclusion removes the variants that have all of its levels', () => {
    const kept = exclude(grid(top, negatives), [
      ['top-0', 'negatives-15'],
      ['top-1', 'negatives-3'],
    ]);
    expect(Object.keys(kept)).toEqual(['top-1+negatives-15', 'top-0+negatives-3']);
  });

  it('an exclusion that matches nothing is an error', () => {
    expect(() => exclude(top, [['top-7']])).toThrow('top-7 matches no variant');
  });

  it('a name given twice is an error', () => {
    expect(() => oneFactorAtATime(top, top)).toThrow('two variants are named "top-1"');
  });
});
