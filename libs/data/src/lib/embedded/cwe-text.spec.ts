import { cutAtWord, wordKey } from '../plain-text';
import { withoutReferences } from './cwe-text';
import { parseSynset } from './wordnet';

describe('withoutReferences', () => {
  it.each([
    ['integer overflow (CWE-190) leading to\n  overflow (CWE-119).', 'integer overflow leading to overflow.'],
    ['inconsistency (length parameter, CWE-130)', 'inconsistency (length parameter)'],
    ['sensitive way (CWE-178, CWE-1289), allowing', 'sensitive way, allowing'],
    ['goto bug). CWE-705 (Incorrect Scoping) -> CWE-561 (Dead Code).', 'goto bug).'],
    ['point math [CWE-1339] to exit [CWE-835]"', 'point math to exit"'],
    ['no null-terminate of argv[] in system() [REF-12]', 'no null-terminate of argv[] in system()'],
    ['separate SQL injection (CVE-2009-1282).', 'separate SQL injection.'],
    ['".../...//" collapsed to "..."', '".../...//" collapsed to "..."'],
  ])('%j', (text, expected) => expect(withoutReferences(text)).toBe(expected));
});

describe('plain text', () => {
  it('gives the same key to texts that differ in case, space and punctuation alone', () => {
    expect(wordKey('Buffer-overflow:  in X.')).toBe(wordKey('buffer overflow in "x"'));
  });

  it('cuts between words, and inside a word that alone is too long', () => {
    expect(cutAtWord('one two three', 9)).toBe('one two');
    expect(cutAtWord('abcdef', 3)).toBe('abc');
    expect(cutAtWord('abc', 3)).toBe('abc');
  });
});

describe('parseSynset', () => {
  it('takes apart lemmas, definition and examples', () => {
    const line =
      '00003662 29 v 02 force_out 0 eject 1 001 @ 00105087 v 0000 02 + 08 00 + 11 00 | emit; or move; "force out the air"; "x"  ';
    const expected = {
      lemmas: ['force out', 'eject'],
      definition: 'emit; or move',
      examples: ['force out the air', 'x'],
    };
    expect(parseSynset(line)).toEqual(expected);
  });

  it('drops the markers of adjectives, and leaves a gloss without quotations whole', () => {
    const line = '00024996 00 a 01 live(a) 1 001 ! 00025130 a 0101 | in current use  ';
    expect(parseSynset(line)).toEqual({ lemmas: ['live'], definition: 'in current use', examples: [] });
  });
});
