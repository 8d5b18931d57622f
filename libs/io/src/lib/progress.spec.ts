import { nearestName } from './nearest-name';
import { createProgress, formatSeconds } from './progress';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 80, write: (text: string) => written.push(text) } };
}

describe('createProgress', () => {
  it('prints plain lines with share and time left, at most one every five seconds', () => {
    const { written, stream } = recorder(false);
    let time = 0;
    const progress = createProgress({ label: 'scoring', total: 100, stream, now: () => time });
    for (time = 0; time <= 10_000; time += 1000) progress.update(time / 200);
    expect(written).toHaveLength(3);
    expect(written[2]).toBe('scoring 50% 50/100, 10s gone, 10s left\n');
  });

  it('draws over its line on a terminal, never wider than the terminal', () => {
    const { written, stream } = recorder(true);
    const progress = createProgress({ label: 'x'.repeat(100), total: 2, stream });
    progress.update(1);
    // eslint-disable-next-line no-control-regex
    expect(written[0]!.replace(/\r\u001b\[2K/, '').length).toBeLessThan(80);
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0s'],
    [59.4, '59s'],
    [95, '1m35s'],
    [3700, '1h01m'],
  ])('%d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('nearestName', () => {
  it('finds what a misspelt name meant, and nothing for another word', () => {
    expect(nearestName('recipie', ['recipe', 'negatives'])).toBe('recipe');
    expect(nearestName('transformer', ['recipe', 'negatives'])).toBeUndefined();
  });
});
