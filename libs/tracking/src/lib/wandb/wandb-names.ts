import { InputError } from '@tsarank/io';

/** The names that W&B is given, by the option or the field that they come from. */
export interface WandbNames {
  project: string;
  entity?: string;
  /** The runs' group: the experiment's name, which is a tag too. */
  experiment: string;
  /** As `--tags` names them. */
  tags: readonly string[];
  /** Names that runs show, `<variant>/seed=<seed>`. */
  runNames?: readonly string[];
}

interface Rule {
  /** Most characters (code points, as the client and the server count them). */
  most: number;
  /** Characters that are refused. */
  without?: RegExp;
  /** What is allowed, for the message. */
  expected: string;
}

const PROJECT: Rule = {
  most: 128,
  without: /[/\\#?%:]/,
  expected: '1 to 128 characters without / \\ # ? % :',
};
/** Users and teams: what stands in an address. The client checks nothing; the server finds no other. */
const ENTITY: Rule = {
  most: 128,
  without: /[^\w.-]/,
  expected: 'the name of a W&B user or team: letters, digits, "-", "_" and "."',
};
const TAG: Rule = { most: 64, expected: '1 to 64 characters' };
const NAME: Rule = { most: 128, expected: '1 to 128 characters' };

/**
 * Refuses names that W&B's client or server refuses, before anything is run: a log with one of them can't be uploaded.
 *
 * @throws {InputError} naming the option or the field, what was found and what is allowed.
 *
 * Source: `validate_project` and `validate_run_tags` of wandb 0.31.0 (settings); the server's limits on group and display
 * name (128) as its answers give them.
 */
export function requireWandbNames({ project, entity, experiment, tags, runNames = [] }: WandbNames): void {
  requireName('--project', project, PROJECT);
  if (entity !== undefined) requireName('--entity', entity, ENTITY);
  for (const tag of tags) requireName('--tags', tag, TAG);
  // It is a tag of each of its runs, and their group.
  requireName('name', experiment, { ...TAG, expected: `${TAG.expected}: it becomes a W&B tag` });
  for (const name of runNames)
    requireName('variants', name, { ...NAME, expected: `${NAME.expected}: it names a W&B run` });
}

function requireName(field: string, name: string, { most, without, expected }: Rule): void {
  const length = [...name].length;
  const blank = name.trim() === '';
  const refused = without?.exec(name)?.[0];
  if (!blank && length <= most && refused === undefined && !CONTROL.test(name)) return;
  const found = `${quoted(name)}${length > most ? ` (${length} characters)` : refused ? ` with "${refused}"` : ''}`;
  const hint = field === '--project' && refused === '/' ? ' (a user or team is given by --entity)' : '';
  throw new InputError({ field, found, expected: `${expected}${hint}` });
}

/** Line ends and the like: a name is one line. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A long name's beginning and end. */
function quoted(name: string): string {
  const characters = [...name];
  const shown =
    characters.length <= 43 ? name : `${characters.slice(0, 20).join('')}…${characters.slice(-20).join('')}`;
  return JSON.stringify(shown);
}
