import { InputError, nearestName } from '@tsarank/io';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { configOption } from './options/config-option';
import { sharedOptions } from './options/shared-options';

type Shared = typeof sharedOptions;

/** The values a command's handler gets: its own options and the shared ones that it doesn't define anew, in camel case. */
export type CommandValues<Own extends Record<string, Options>> = ArgumentsCamelCase<
  InferredOptionTypes<Omit<Shared, keyof Own> & Own>
>;

export interface CommandDescription<Own extends Record<string, Options>> {
  name: string;
  describe: string;
  options: Own;
  /** What stands behind the command's name, where it takes something there. */
  argument?: { name: string; describe: string; optional?: true };
  /** Example command lines and what they do, for the help. */
  examples?: readonly (readonly [string, string])[];
  /** Requires what it needs itself, so that help and wrong options cost no tensor code. */
  run: (values: CommandValues<Own>) => Promise<void>;
}

/**
 * A yargs command with the shared options and `--config`; an option given twice is an error unless it is a list.
 */
export function defineCommand<Own extends Record<string, Options>>({
  name,
  describe,
  options,
  argument,
  examples = [],
  run,
}: CommandDescription<Own>): CommandModule {
  const all = withoutValues({ ...options, ...sharedOptions, ...options });
  const line =
    argument === undefined ? name : argument.optional ? `${name} [${argument.name}]` : `${name} <${argument.name}>`;
  return {
    command: line,
    describe,
    builder: (yargs) => {
      let described = yargs.usage(`$0 ${line} [options]\n\n${describe}`).options(all);
      described = configOption(described, all)
        .middleware((values) => requireKnown(values, all, argument?.name), true)
        .check((values) => requireSingle(values, all));
      if (argument !== undefined) {
        described = described.positional(argument.name, {
          describe: argument.describe,
          type: 'string',
          demandOption: !argument.optional,
        });
      }
      for (const [example, does] of examples) described = described.example(example, does);
      return described;
    },
    // yargs parsed by `all`, so these are the values that `run` is declared for.
    handler: (values) => run(values as CommandValues<Own>),
  };
}

/** A yes or no takes no value: yargs reads `--json=yes` as no. */
function withoutValues(options: Record<string, Options>): Record<string, Options> {
  const entries = Object.entries(options).map(([name, option]) => [
    name,
    option.type === 'boolean' ? { ...option, nargs: 0 } : option,
  ]);
  return Object.fromEntries(entries) as Record<string, Options>;
}

/** Before anything else is found wrong: a misspelt option is the reason why another is missing. */
function requireKnown(values: Record<string, unknown>, options: Record<string, Options>, argument?: string): void {
  const names = [...Object.keys(options), 'config', 'help', 'version'];
  const aliases = Object.values(options).flatMap(({ alias }) => alias ?? []);
  const known = new Set([
    '_',
    '$0',
    'h',
    ...(argument === undefined ? [] : [argument]),
    ...aliases,
    ...names,
    ...names.map(camelCase),
  ]);
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  // yargs adds the camel case form of each.
  const given = unknown.filter((name) => !unknown.some((other) => other !== name && camelCase(other) === name));
  if (given.length === 0) return;
  const [name] = given as [string];
  const near = nearestName(name, names);
  const hint = near === undefined ? '' : `; did you mean --${near}?`;
  throw new InputError({ message: `unknown option ${name.length === 1 ? '-' : '--'}${name}${hint}` });
}

function camelCase(name: string): string {
  return name.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
}

function requireSingle(values: Record<string, unknown>, options: Record<string, Options>): true {
  for (const [name, { array }] of Object.entries(options)) {
    const value = values[name];
    if (array !== true && Array.isArray(value)) {
      throw new InputError({ field: name, found: value.join(' and '), expected: 'one value' });
    }
  }
  return true;
}
