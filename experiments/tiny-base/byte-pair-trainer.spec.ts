import { byteAlphabet, trainBytePairs } from './byte-pair-trainer';

describe('trainBytePairs', () => {
  it('merges the most frequent pair first, then pairs of merged symbols', () => {
    const { merges } = trainBytePairs(['ababab ababab abc'], 259);
    expect(merges[0]).toEqual(['a', 'b']);
    expect(merges[1]).toEqual(['ab', 'ab']);
  });

  it('keeps counts right where merged pairs overlap', () => {
    const { merges } = trainBytePairs(['aaaa aaaa'], 259);
    expect(merges.slice(0, 2)).toEqual([
      ['a', 'a'],
      ['aa', 'aa'],
    ]);
  });

  it('never merges across words', () => {
    const { symbols } = trainBytePairs(['one two', 'one two'], 300);
    expect(symbols.every((symbol) => !/.Ġ/.test(symbol))).toBe(true);
  });

  it('gives equal merges for equal texts', () => {
    const texts = ['the cat sat on the mat', 'the dog sat'];
    expect(trainBytePairs(texts, 280)).toEqual(trainBytePairs(texts, 280));
  });

  it('has an alphabet of 256 different characters, the space as Ġ', () => {
    expect(new Set(byteAlphabet()).size).toBe(256);
    expect(byteAlphabet()[0x20]).toBe('Ġ');
  });

  it('refuses a size below the alphabet', () => {
    expect(() => trainBytePairs(['a'], 10)).toThrow(RangeError);
  });
});
