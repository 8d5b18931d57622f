import { lastReason } from './run-failure';

describe('the reason in the end of a log', () => {
  it.each([
    ['stage two 3/3\nError: no space\n    at write (x.js:1:2)\n\nNode.js v20.20.2\n', 'Error: no space'],
    [
      "x.js:3\n  throw new RangeError('much');\n  ^\n\nRangeError: much\n    at x.js:3\n\nNode.js v24.1.0",
      'RangeError: much',
    ],
    ['ablate: q1: no such file\n', 'ablate: q1: no such file'],
    ['loading\nSegmentation fault\n', 'Segmentation fault'],
    ['\nNode.js v20.20.2\n', undefined],
    ['', undefined],
  ])('%j', (log, reason) => expect(lastReason(log)).toBe(reason));
});
