import { graphemes } from './chars-map';

describe('graphemes', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const whole = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

  it.each([
    ['letters', 'reading readers\r\n'.repeat(90)],
    ['flags, which pair', '🇩🇪'.repeat(300)],
    ['families', 'a👨‍👩‍👧‍👦'.repeat(120)],
    ['marks', 'e\u0301\u0323'.repeat(400)],
    ['one grapheme longer than a window', `a${'\u0301'.repeat(2000)}b`],
    ['Hangul', '\u1100\u1161\u11a8'.repeat(300)],
    ['surrogates', '𝒳\ud800x'.repeat(300)],
    ['nothing', ''],
  ])('of parts are those of the whole text: %s', (_, text) => {
    expect([...graphemes(text)]).toEqual(whole(text));
    expect([...graphemes(`x${text}`)]).toEqual(whole(`x${text}`));
  });

  it('asks for no longer text at once than a few windows', () => {
    const asked = jest.spyOn(Intl.Segmenter.prototype, 'segment');
    const text = 'word '.repeat(20_000);
    expect([...graphemes(text)]).toHaveLength(text.length);
    const characters = asked.mock.calls.reduce((sum, [part]) => sum + part.length, 0);
    expect(characters).toBeLessThan(1.1 * text.length);
    asked.mockRestore();
  });
});
