import { experimentOptions, type ExperimentOptions } from '../options/experiment-options';
import type { TrackingOptions } from '../options/tracking-options';

/** Options that change what is shown, not what is run. */
const NOT_REPEATED = new Set(['json']);

/**
 * The command that executes what an experiment with these options lacks.
 *
 * @example
 * runCommandText({ experiment: 'negatives', seeds: '0,1', out: 'runs', json: false }); // npx ablate negatives --seeds 0,1
 */
export function runCommandText(options: ExperimentOptions): string {
  const words = optionWords(options);
  return ['npx ablate', ...words.map(quoted)].join(' ');
}

/** The command that uploads to W&B what an experiment with these options has logged. */
export function syncCommandText(options: ExperimentOptions & TrackingOptions): string {
  const named = (['project', 'entity', 'tags'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [`--${name}`, String(options[name])],
  );
  return ['npx ablate sync', ...[...optionWords(options), ...named].map(quoted)].join(' ');
}

/** The command that trains a variant's model again where it was not kept, and copies it out. */
export function exportCommandText(
  given: Omit<ExperimentOptions, 'out'> & { variant: string; runs: string; out: string; seed?: number },
): string {
  const { variant, runs, out, seed } = given;
  const words = optionWords({ ...given, experiment: 'recipe', out: 'runs' });
  const place = runs === 'runs' ? [] : ['--runs', runs];
  const experiment = given.experiment === 'recipe' ? [] : [given.experiment];
  const seeded = seed === undefined ? [] : ['--seed', String(seed)];
  const all = [variant, ...experiment, ...words, ...seeded, ...place, '--out', out, '--train'];
  return ['npx ablate export', ...all.map(quoted)].join(' ');
}

/** The options as a shell reads them, without a command. */
export function optionsText(options: ExperimentOptions): string {
  return optionWords(options).map(quoted).join(' ');
}

/** The command that brings the table in a file up to date. */
export function tableCommandText(options: ExperimentOptions & { paper?: string }, file: string): string {
  const paper = options.paper === undefined ? [] : ['--paper', options.paper];
  return ['npx ablate table', ...[...optionWords(options), ...paper, '--write', file].map(quoted)].join(' ');
}

function optionWords(options: ExperimentOptions): string[] {
  const words: string[] = [];
  if (options.experiment !== 'recipe') words.push(options.experiment);
  for (const [name, option] of Object.entries(experimentOptions)) {
    const value = options[name as keyof ExperimentOptions];
    if (NOT_REPEATED.has(name) || value === undefined || ('default' in option && value === option.default)) continue;
    for (const each of [value].flat()) words.push(`--${name}`, String(each));
  }
  return words;
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
