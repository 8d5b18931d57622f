import { printable } from './printable';

describe('printable', () => {
  it.each([
    ['plain text\tand\nlines, ünïcode, 文字, 🙂', 'plain text\tand\nlines, ünïcode, 文字, 🙂'],
    ['\u001b[2J\u001b]0;title\u0007', '\\u{1b}[2J\\u{1b}]0;title\\u{7}'],
    ['over\rwritten\u0008', 'over\\u{d}written\\u{8}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['abc\u202etxt.exe\u2066', 'abc\\u{202e}txt.exe\\u{2066}'],
    ['at https://user:secret@host/x and redis://:pw@h:1', 'at https://***@host/x and redis://***@h:1'],
    ['mail me@host, path a://b/c@d', 'mail me@host, path a://b/c@d'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
