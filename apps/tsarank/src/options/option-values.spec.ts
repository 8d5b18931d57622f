import { filledText, namedNumbers, oneOf, realNumber, wholeNumber } from './option-values';

describe('values of options', () => {
  it.each([
    [8, 8],
    ['8', 8],
    ['1e3', 1000],
  ])('a whole number from %p', (given, value) => {
    expect(wholeNumber('k')(given)).toBe(value);
  });

  it.each([[0], ['1.5'], ['abc'], [''], [[1, 2]], [Infinity]])('refuses %p as a whole number of 1 or more', (given) => {
    expect(() => wholeNumber('k')(given)).toThrow('expected a whole number of 1 or more');
  });

  it('keeps real numbers within their bounds', () => {
    expect(realNumber('b', { most: 1 })('0.4')).toBe(0.4);
    expect(() => realNumber('b', { most: 1 })(1.5)).toThrow('expected a number of 0 or more, 1 at most');
    expect(() => realNumber('temperature', { above: true })(0)).toThrow('expected a number above 0');
  });

  it('takes weights as pairs or as an object, the others as they stand', () => {
    const weights = namedNumbers('weights', { rank: 1, nextToken: 1, differencePenalty: 1 });
    expect(weights('rank=0.5, nextToken=0')).toEqual({ rank: 0.5, nextToken: 0, differencePenalty: 1 });
    expect(weights({ differencePenalty: 2 })).toEqual({ rank: 1, nextToken: 1, differencePenalty: 2 });
    expect(() => weights('rank')).toThrow('expected name=value pairs such as rank=1');
    expect(() => weights('rank=1,rank=2')).toThrow('found rank twice');
    expect(() => weights('rank=-1')).toThrow('field "weights.rank": found -1');
  });

  it('names the nearest of some names', () => {
    expect(oneOf('kl-rows', ['all', 'real'])('real')).toBe('real');
    expect(() => oneOf('schedule', ['constant', 'cosine'])('cosin')).toThrow('did you mean cosine?');
  });

  it('refuses an empty path', () => {
    expect(() => filledText('out')('')).toThrow('field "out": found "", expected a path');
  });
});
