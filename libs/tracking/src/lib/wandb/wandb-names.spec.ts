import { requireWandbNames, type WandbNames } from './wandb-names';

const names = (more: Partial<WandbNames>): WandbNames => ({
  project: 'paper',
  experiment: 'negatives',
  tags: [],
  ...more,
});

describe('requireWandbNames', () => {
  it.each([
    ['/', 'team/proj'],
    ['\\', 'a\\b'],
    ['#', 'a#1'],
    ['?', 'what?'],
    ['%', '50%'],
    [':', 'proj:1'],
  ])('refuses a project with %s, as the client does', (character, project) => {
    expect(() => requireWandbNames(names({ project }))).toThrow(
      `field "--project": found ${JSON.stringify(project)} with "${character}", expected 1 to 128 characters without / \\ # ? % :`,
    );
  });

  it.each([
    [
      'a project of 129 characters',
      { project: 'p'.repeat(129) },
      /"--project": found "p{20}…p{20}" \(129 characters\)/,
    ],
    ['no project', { project: ' ' }, /"--project": found " "/],
    ['a line end in the project', { project: 'a\nb' }, /"--project": found "a\\nb"/],
    [
      'a tag of 65 characters',
      { tags: ['fine', 't'.repeat(65)] },
      /"--tags": found "t{20}…t{20}" \(65 characters\), expected 1 to 64/,
    ],
    ['an empty tag', { tags: [''] }, /"--tags": found "", expected 1 to 64 characters/],
    ['an entity that is an address', { entity: 'team/proj' }, /"--entity": found "team\/proj" with "\/"/],
    ['an empty entity', { entity: '' }, /"--entity": found ""/],
    ['an experiment whose name is too long for a tag', { experiment: 'e'.repeat(65) }, /"name": .*65 characters/],
    ['a run whose name is too long', { runNames: [`${'v'.repeat(122)}/seed=0`] }, /"variants": .*129 characters/],
  ])('refuses %s', (_, more, message) => {
    expect(() => requireWandbNames(names(more))).toThrow(message);
  });

  it('takes names at the limits, counted in characters', () => {
    const most = {
      project: 'p'.repeat(128),
      entity: 'my-team_1',
      tags: ['😀'.repeat(64), 'a/b:c', 'two words'],
      experiment: 'e'.repeat(64),
    };
    expect(() => requireWandbNames(names({ ...most, runNames: ['v'.repeat(128)] }))).not.toThrow();
  });
});
