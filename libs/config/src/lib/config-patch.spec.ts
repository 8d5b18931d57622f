import { applyPatch, times } from './config-patch';
import { tiny } from './presets';

describe('a number that follows the base', () => {
  it.each([
    [80, 0.5, 40],
    [5, 0.5, 3],
    [1, 0.1, 1],
    [0.5, 0.5, 0.25],
  ])('%s times %s is %s', (base, factor, expected) => {
    expect(applyPatch({ a: { b: base } }, { a: { b: times(factor) } })).toEqual({ a: { b: expected } });
  });

  it('is refused where the base has no number, and for a factor that is none', () => {
    expect(() => applyPatch(tiny, { data: { trainQueries: times(2) } })).toThrow('found 2 times nothing');
    expect(() => applyPatch({ a: 1 }, { a: times(0) })).toThrow('expected a factor above 0');
  });
});
