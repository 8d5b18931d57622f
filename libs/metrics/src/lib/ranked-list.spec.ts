import { compareBytes, rankByScore } from './ranked-list';

const list = (...entries: [string, number][]) => entries.map(([docId, score]) => ({ docId, score }));
const order = (entries: { docId: string }[]) => entries.map(({ docId }) => docId).join(' ');

describe('rankByScore', () => {
  it('sorts by score and breaks ties by document id, both descending', () => {
    expect(order(rankByScore(list(['a', 1], ['c', 2], ['b', 1])))).toBe('c b a');
  });

  it('compares ids as strcmp does: by bytes, not by number or locale', () => {
    expect(order(rankByScore(list(['10', 1], ['9', 1], ['Z', 1], ['a', 1])))).toBe('a Z 9 10');
    expect(compareBytes('\u{1F600}', '\uFF41')).toBeGreaterThan(0); // the other way round by UTF-16 units
  });

  it('ties scores that are equal as 32-bit floats only when told to', () => {
    const close = list(['a', 0.1 + 1e-10], ['b', 0.1]);
    expect(order(rankByScore(close))).toBe('a b');
    expect(order(rankByScore(close, 'float'))).toBe('b a');
  });

  it('leaves its argument as it was', () => {
    const given = list(['a', 1], ['b', 2]);
    rankByScore(given);
    expect(order(given)).toBe('a b');
  });

  it('names a document that stands twice or has no number for a score', () => {
    expect(() => rankByScore(list(['a', 1], ['a', 2]))).toThrow('document "a" stands twice');
    expect(() => rankByScore(list(['a', NaN]))).toThrow('score of document "a"');
  });
});
