import { existsSync } from 'node:fs';
import type { SweepPlan } from '@tsarank/ablation';
import { InputError, print, readText, WorkError, writeFileAtomic } from '@tsarank/io';
import type { PublishedTable } from '@tsarank/report';
import type { Results } from '../../results/result-files';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { runCommandText, tableCommandText } from '../../experiment/command-text';
import { requireSingle, withExperiment, type ExperimentOptions } from '../../options/experiment-options';
import {
  PAPER_FORMATS,
  TABLE_FORMATS,
  tableDifference,
  tableFormatOf,
  withTable,
  type PaperFormat,
  type TableFormat,
  type TableText,
} from './table-check';

/** Keys of the published tables; the library that holds them is loaded only when one is asked for. */
const PAPER_TABLES = ['in-domain', 'beir-small', 'beir-7b'] as const satisfies readonly PublishedTable['key'][];

export const tableOptions = {
  format: { choices: [...TABLE_FORMATS, 'html'] as const, requiresArg: true, describe: 'default: md' },
  paper: {
    choices: PAPER_TABLES,
    requiresArg: true,
    describe: "the paper's table with our rows under it",
  },
  check: { type: 'string', requiresArg: true, describe: 'exit with 1 when this file holds another table' },
  write: { type: 'string', requiresArg: true, describe: 'put the table into this file, or into its block' },
} as const satisfies Record<string, Options>;

type TableArguments = ExperimentOptions & InferredOptionTypes<typeof tableOptions>;

/** Prints the table that the records make now, checks a file against it, or brings it up to date; executes nothing. */
export function tableCommand(): CommandModule<object, TableArguments> {
  return {
    command: 'table [experiment]',
    describe: 'print the table that the records make now',
    builder: (yargs) => withExperiment(yargs).options(tableOptions),
    handler: async (given) => {
      requireSingle(given);
      const file = fileOf(given);
      const format = formatOf(given, file);
      const { planFinishedSweep } =
        require('../../experiment/plan-sweep') as typeof import('../../experiment/plan-sweep');
      const { readResults } = require('../../results/result-files') as typeof import('../../results/result-files');
      const { plan, options } = await planFinishedSweep(given);
      const results = readResults(plan, options);
      const text = tableText(format, { plan, results, options });
      if (file === undefined) {
        print(text.whole);
        return;
      }
      if (!results.records.some(({ status }) => status === 'done')) {
        const found = `no result of ${plan.spec.name} under ${options.out}`;
        throw new InputError({
          field: '--out',
          found,
          expected: `the records that the table is made from (${runCommandText(options)})`,
        });
      }
      if (options.check === undefined) writeTable(file, text);
      else checkTable(file, text, options);
    },
  };
}

/** The experiment's own table, or with `--paper` the published one with its rows. */
function tableText(
  format: TableFormat | PaperFormat,
  { plan, results, options }: { plan: SweepPlan; results: Results; options: TableArguments },
): TableText {
  const { name } = plan.spec;
  if (options.paper !== undefined) {
    const { paperResults } =
      require('../../results/paper/paper-results') as typeof import('../../results/paper/paper-results');
    const texts = paperResults(options.paper, format as PaperFormat, { plan, results, options });
    return { experiment: `${name} --paper ${options.paper}`, ...texts, formats: PAPER_FORMATS };
  }
  const { formatResults, markdownBlock } =
    require('../../results/result-files') as typeof import('../../results/result-files');
  const whole = formatResults(format, plan, results, options);
  return { experiment: name, whole, block: format === 'md' ? markdownBlock(results) : whole };
}

/** @throws {InputError} for a format that such a table is not written in. */
function formatOf({ json, format = 'md', paper }: TableArguments, file: string | undefined): TableFormat | PaperFormat {
  const formats = paper === undefined ? TABLE_FORMATS : PAPER_FORMATS;
  if (file !== undefined) return tableFormatOf<TableFormat | PaperFormat>(file, formats);
  if (json) return 'json';
  if ((formats as readonly string[]).includes(format)) return format;
  const page = format === 'html' ? '; ablate report writes the page of an experiment' : '';
  throw new InputError({ field: '--format', found: format, expected: `one of ${formats.join(', ')}${page}` });
}

function fileOf(options: TableArguments): string | undefined {
  const given = (['check', 'write'] as const).filter((name) => options[name] !== undefined);
  for (const name of [...given, 'format', 'paper'] as const) {
    const value: unknown = options[name];
    if (Array.isArray(value))
      throw new InputError({ field: `--${name}`, found: `${value.length} values`, expected: 'one' });
  }
  if (given.length > 1) throw new InputError({ message: '--check and --write exclude each other' });
  if (options.json && (given[0] ?? options.format) !== undefined) {
    const other = given[0] ?? 'format';
    throw new InputError({ field: '--json', found: `--json beside --${other}`, expected: 'one of them' });
  }
  if (given[0] !== undefined && options.format !== undefined) {
    throw new InputError({
      field: '--format',
      found: options.format,
      expected: `none: the name of ${options[given[0]]!} says it`,
    });
  }
  return given[0] && options[given[0]];
}

/** @throws {WorkError} naming the first line that differs, and the command that refreshes the file. */
function checkTable(file: string, table: TableText, options: TableArguments): void {
  const difference = tableDifference(file, readText(file), table);
  if (!difference) {
    print(`${file}: the table of ${table.experiment} is what the records make now\n`);
    return;
  }
  const { line, found, expected } = difference;
  throw new WorkError(
    [
      `${file}:${line}: the table of ${table.experiment} is not what the records make now`,
      `  found:    ${found ?? '(nothing)'}`,
      `  expected: ${expected ?? '(nothing)'}`,
      `Refresh it: ${tableCommandText(options, file)}`,
    ].join('\n'),
  );
}

function writeTable(file: string, table: TableText): void {
  const text = existsSync(file) ? readText(file) : undefined;
  const wanted = withTable(file, text, table);
  if (wanted !== text) writeFileAtomic(file, wanted);
  print(`${file}: ${wanted === text ? 'already up to date' : `the table of ${table.experiment} is written`}\n`);
}
