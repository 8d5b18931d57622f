import { summarizeLosses } from './loss-rows';

const row = (step: number, loss: number, rank?: number) => ({
  step,
  loss,
  ...(rank === undefined ? {} : { rank }),
  gradNorm: 1,
  tokens: 1,
  seconds: 1,
});

describe('summarizeLosses', () => {
  it('averages the first and the last tenth', () => {
    const rows = Array.from({ length: 20 }, (_, step) => row(step, step, 2 * step));
    expect(summarizeLosses(rows)).toEqual({ steps: 20, first: 0.5, last: 18.5, terms: { rank: 37 } });
  });

  it('takes one step where there are few, and leaves out terms that were not computed', () => {
    expect(summarizeLosses([row(0, 3), row(1, 1)])).toEqual({ steps: 2, first: 3, last: 1, terms: {} });
  });
});
