import { nearestName } from '@tsarank/io';

/**
 * A usage error of yargs in this project's words, with the nearest command that exists.
 *
 * @example
 * explainUsage('Unknown command: scor', ['score']); // 'unknown command "scor"; did you mean score?'
 */
export function explainUsage(message: string, commands: readonly string[], command?: string): string {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message);
  if (unknown !== null) {
    const [name] = unknown[1]!.split(', ') as [string];
    const near = nearestName(name, commands);
    return `unknown command ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const missing = /^Missing required arguments?: (.*)$/s.exec(message);
  if (missing !== null) {
    const names = missing[1]!.split(', ').map((name) => `--${name}`);
    return `missing option${names.length > 1 ? 's' : ''}: ${names.join(', ')}`;
  }
  const empty = /^Not enough arguments following: (.*)$/s.exec(message);
  if (empty !== null) return `option ${empty[1]!.length === 1 ? '-' : '--'}${empty[1]!} needs a value`;
  const unexpected = /^Argument unexpected for: (.*)$/s.exec(message);
  if (unexpected !== null) {
    const [, name] = unexpected as unknown as [string, string];
    return name.length === 1
      ? `option -${name} takes no value`
      : `option --${name} takes no value; --no-${name} is its opposite`;
  }
  if (/^Not enough non-option arguments/.test(message)) return `${command ?? 'the command'} needs a name behind it`;
  return message;
}
