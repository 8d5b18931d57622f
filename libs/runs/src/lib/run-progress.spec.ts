import { consoleProgress } from './run-progress';

describe('consoleProgress', () => {
  it('prints changes of phase, the end, and a line every few seconds', () => {
    const lines: string[] = [];
    let time = 0;
    const progress = consoleProgress(
      (line) => lines.push(line),
      () => time,
    );
    progress({ phase: 'load', done: 0, total: 1 });
    for (let done = 1; done <= 10; done += 1) {
      time += 1000;
      progress({ phase: 'finetune', done, total: 10, loss: 1 / done, tokensPerSecond: 99.6 });
    }
    progress({ phase: 'finetune', done: 10, total: 10, loss: 0.1, tokensPerSecond: 99.6 });
    expect(lines).toEqual([
      'loading 0/1',
      'stage two 1/10, loss 1.0000, 100 tokens/s',
      'stage two 6/10, loss 0.1667, 100 tokens/s',
      'stage two 10/10, loss 0.1000, 100 tokens/s',
    ]);
  });
});
