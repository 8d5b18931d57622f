import { requireWandbNames } from './wandb-names';

describe('names in W&B', () => {
  it.each([
    [{ project: 'tsarank', tags: [] }],
    [{ project: 'p'.repeat(128), entity: 'my-team', tags: ['paper:table 3', 't'.repeat(64)] }],
  ])('takes %j', (names) => expect(() => requireWandbNames(names)).not.toThrow());

  it.each([
    [{ project: 'team/proj', tags: [] }, '"--project": found team/proj, expected a name without'],
    [{ project: 'proj:1', tags: [] }, 'found proj:1'],
    [{ project: 'p'.repeat(129), tags: [] }, '1 to 128 characters'],
    [{ project: ' ', tags: [] }, '1 to 128 characters'],
    [{ project: 'p', entity: 'a b', tags: [] }, '"--entity": found a b'],
    [{ project: 'p', tags: ['t'.repeat(65)] }, '"--tags": found a tag of 65 characters'],
    [{ project: 'p', tags: [''] }, 'tags of 1 to 64 characters'],
  ])('refuses %j', (names, message) => expect(() => requireWandbNames(names)).toThrow(message));
});
