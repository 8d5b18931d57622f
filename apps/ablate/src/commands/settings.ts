import { print } from '@tsarank/io';
import { settingsList } from '@tsarank/config';
import type { CommandModule } from 'yargs';

/** Prints the reference of every setting that `--set` and variants reach; docs/settings.md is its output. */
export function settingsCommand(): CommandModule<object, { json: boolean }> {
  return {
    command: 'settings',
    describe: 'print every setting that --set reaches, with its values and default',
    builder: (yargs) => yargs.option('json', { type: 'boolean', nargs: 0, default: false, describe: 'print JSON' }),
    handler: ({ json }) => {
      print(json ? `${JSON.stringify(settingsList(), null, 2)}\n` : settingsPage());
    },
  };
}

/** The reference as Markdown. */
export function settingsPage(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = settingsList().map(({ path, values, default: value, description }) => [
    `\`${path}\``,
    cell(values),
    value === undefined ? '' : `\`${value}\``,
    cell(description),
  ]);
  const table = [['setting', 'values', 'default', 'what it is'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`;
  return [
    '# Settings',
    '',
    'Made by `npx ablate settings > docs/settings.md`. Each can be changed by `--set path=value`, in the `base` of an experiment,',
    'and in its variants. Defaults are those of the preset `tiny`.',
    '',
    line(table[0]!),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
  ].join('\n');
}

/** The same for the help text: paths and what they are. */
export function settingsHelp(): string {
  const list = settingsList().filter(({ path, values }) => path !== 'seed' && !values.endsWith('settings'));
  const width = Math.max(...list.map(({ path }) => path.length));
  return ['Settings for --set path=value (values and defaults: ablate settings):']
    .concat(list.map(({ path, values }) => `  ${path.padEnd(width)}  ${values}`))
    .join('\n');
}
