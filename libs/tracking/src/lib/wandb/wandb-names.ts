import { InputError } from '@tsarank/io';

/** Characters that W&B refuses in a project's name. */
const NOT_IN_PROJECT = /[/\\#?%:]/;
const MOST_OF_PROJECT = 128;
const MOST_OF_TAG = 64;

/** What W&B's client and server check when a log is uploaded. */
export interface WandbNames {
  project: string;
  entity?: string;
  tags: readonly string[];
}

/**
 * Checks the names that runs get in W&B before anything runs: its client refuses a log with another name when it is uploaded,
 * hours later. The rules are those of wandb 0.31.0 (`Settings.validate_project`, `validate_run_tags`).
 *
 * @throws {InputError} naming the option, what was found and what W&B takes.
 */
export function requireWandbNames({ project, entity, tags }: WandbNames): void {
  if (project.trim() === '' || project.length > MOST_OF_PROJECT) {
    throw refused('--project', project, `1 to ${MOST_OF_PROJECT} characters`);
  }
  const character = NOT_IN_PROJECT.exec(project)?.[0];
  if (character !== undefined) {
    const hint = character === '/' ? '; the entity is given by --entity' : '';
    throw refused('--project', project, `a name without / \\ # ? % :${hint}`);
  }
  if (entity !== undefined && (entity.trim() === '' || /[/\\#?%:\s]/.test(entity))) {
    throw refused('--entity', entity, 'the name of a user or team, without / \\ # ? % : and spaces');
  }
  for (const tag of tags) {
    if (tag === '' || tag.length > MOST_OF_TAG) {
      throw refused('--tags', `a tag of ${tag.length} characters, ${tag}`, `tags of 1 to ${MOST_OF_TAG} characters`);
    }
  }
}

const refused = (field: string, found: string, expected: string): InputError =>
  new InputError({ field, found: found === '' ? 'nothing' : found, expected: `${expected}: W&B refuses others` });
