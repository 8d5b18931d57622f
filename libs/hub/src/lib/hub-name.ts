import { InputError } from '@tsarank/io';

/** A published model: `hf:org/name`, `hf:org/name@revision`, `hf:org/name/file.gguf@revision`. */
export interface HubName {
  /** As the user wrote it. */
  given: string;
  /** `org/name`, or a name alone as some old models have it. */
  repository: string;
  /** Branch, tag or commit. Default `main`. */
  revision: string;
  /** The one file that is asked for, a path in the repository. */
  file?: string;
}

const PREFIX = 'hf:';
const FORM = 'hf:org/name, hf:org/name@revision or hf:org/name/file.gguf@revision';
/** What the Hub allows; no part can lead out of a folder. */
const PART = /^(?!\.+$)[\w.-]{1,200}$/;

/** Whether a model's name is of this kind. */
export function isHubName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * Takes a name apart.
 *
 * @throws {InputError} when it isn't of the form.
 *
 * @example
 * parseHubName('hf:bigscience/bloom-560m@main'); // { repository: 'bigscience/bloom-560m', revision: 'main', … }
 */
export function parseHubName(given: string): HubName {
  const [path, revision = 'main', ...more] = given.slice(PREFIX.length).split('@') as [string, ...string[]];
  const parts = path.split('/');
  const file = parts.slice(2).join('/');
  const isSound =
    [...parts, ...revision.split('/')].every((part) => PART.test(part)) &&
    !parts.slice(0, 2).some((part) => part.includes('--'));
  if (!isHubName(given) || !isSound || more.length > 0)
    throw new InputError({ field: 'model', found: `"${given}"`, expected: FORM });
  if (file !== '' && !file.endsWith('.gguf')) {
    throw new InputError({
      field: 'model',
      found: `"${given}"`,
      expected: `${FORM}; of single files only .gguf is a model`,
    });
  }
  return { given, repository: parts.slice(0, 2).join('/'), revision, ...(file === '' ? {} : { file }) };
}
