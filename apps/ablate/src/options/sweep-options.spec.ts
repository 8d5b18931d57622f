import { checkSweepOptions, parseSlurmOptions, type SweepOptions } from './sweep-options';

describe('checkSweepOptions', () => {
  it.each([
    [{ jobs: 0 }, 'field "--jobs": found 0, expected a whole number of 1 or more'],
    [{ jobs: 1.5 }, 'field "--jobs": found 1.5'],
    [{ 'checkpoint-seconds': 0 }, 'field "--checkpoint-seconds": found 0, expected a number above 0'],
    [{ memory: -1 }, 'field "--memory": found -1, expected a number of 0 or more'],
    [{ retries: 0.5 }, 'field "--retries": found 0.5, expected a whole number of 0 or more'],
    [{ 'stop-alike': Number.NaN }, 'field "--stop-alike": found NaN'],
    [{ track: ['wand'] }, 'field "--track": found "wand", expected "wandb"'],
    [{ slurm: ['time=1', '--time=2'] }, 'field "--slurm": found time twice, expected once'],
    [{ executor: 'local', slurm: ['time=1'] }, 'found --slurm without --executor slurm'],
    [{ executor: 'local', redis: 'redis://x' }, 'found --redis without --executor bullmq'],
    [{ executor: 'slurm', queue: 'q' }, 'found --queue without --executor bullmq'],
    [{ executor: 'slurm', memory: 4 }, 'found --memory without --executor local'],
    [{ executor: 'local', track: ['none'], tags: 'a' }, 'found --tags without --track wandb'],
    [{ slurm: ['=gpu'] }, 'field "--slurm": found "=gpu", expected name=value'],
  ] as [Partial<SweepOptions>, string][])('%j is refused', (options, message) => {
    expect(() => checkSweepOptions(options)).toThrow(message);
  });

  it('takes what makes sense', () => {
    expect(() =>
      checkSweepOptions({
        jobs: 1,
        'checkpoint-seconds': 0.01,
        memory: 0,
        retries: 0,
        'stop-alike': 0,
        track: ['none'],
      }),
    ).not.toThrow();
  });
});

describe('parseSlurmOptions', () => {
  it('reads names, values and flags, with or without dashes', () => {
    expect(parseSlurmOptions(['partition=gpu', '--time=2:00:00', 'exclusive', 'comment=a=b'])).toEqual({
      partition: 'gpu',
      time: '2:00:00',
      exclusive: '',
      comment: 'a=b',
    });
  });
});
