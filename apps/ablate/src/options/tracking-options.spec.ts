import { parseTrackers } from './tracking-options';

describe('parseTrackers', () => {
  it.each([
    [[], []],
    [['none'], []],
    [['wandb'], ['wandb']],
    [['wandb-live'], ['wandb', 'wandb-live']],
    [['wandb,wandb-live'], ['wandb', 'wandb-live']],
    [['wandb', 'wandb'], ['wandb']],
  ])('%j asks for %j', (values, trackers) => {
    expect([...parseTrackers(values)].sort()).toEqual(trackers);
  });

  it('names the nearest of a misspelt one, and refuses none beside another', () => {
    expect(() => parseTrackers(['wandb-life'])).toThrow('field "--track": found "wandb-life", expected "wandb-live"');
    expect(() => parseTrackers(['none,wandb'])).toThrow('expected none alone, or trackers');
  });
});
