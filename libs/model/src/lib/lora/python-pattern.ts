import { createContext, runInContext } from 'node:vm';
import { InputError } from '@tsarank/io';

const LONGEST = 1000;
/** A pattern that goes back and forth over a name for longer is of no use to anyone. */
const MILLISECONDS = 1000;

/**
 * Whether a whole name fits a regular expression of Python's, as far as it means the same here. A pattern out of a file is
 * held to a time limit.
 *
 * @throws {InputError} naming the field when the pattern can't be read, or takes too long.
 */
export function pythonPattern(
  pattern: string,
  { file, field }: { file?: string; field: string },
): (name: string) => boolean {
  const wrong = (message: string) =>
    new InputError({ file, field, found: JSON.stringify(pattern.slice(0, LONGEST)), expected: message });
  if (pattern.length > LONGEST) throw wrong(`a pattern of ${LONGEST} characters at most`);
  let compiled: RegExp;
  try {
    compiled = new RegExp(`^(?:${pattern.replaceAll('(?P<', '(?<')})$`, 'u');
  } catch {
    throw wrong('a regular expression that Python and JavaScript both know');
  }
  const context = createContext({ compiled, name: '' });
  return (name) => {
    context['name'] = name;
    try {
      return runInContext('compiled.test(name)', context, { timeout: MILLISECONDS }) as boolean;
    } catch {
      throw wrong(`a pattern that is decided within ${MILLISECONDS} ms`);
    }
  };
}
