import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SweepPlan } from '@tsarank/ablation';
import { readJson, writeFileAtomic } from '@tsarank/io';
import type { ExperimentOptions } from '../options/experiment-options';
import { optionsText } from './command-text';
import { loadExperiment } from './experiment-file';

/** Options that decide which runs an experiment has. */
const DECIDING = ['model', 'engine', 'precision', 'seeds', 'preset', 'config', 'set'] as const;
type DecidingOptions = Pick<ExperimentOptions, (typeof DECIDING)[number]>;

/** Where a sweep keeps the options it was run with. */
export function sweepFile(out: string, experiment: string): string {
  return path.join(out, experiment, 'sweep.json');
}

/**
 * Keeps the options of a sweep beside its tables, so that `table`, `report` and `sync` find its runs without them. The
 * engine that `auto` stood for and the commit that a published model was pinned to are part of them.
 */
export function rememberOptions(plan: SweepPlan, options: ExperimentOptions): void {
  const given = Object.fromEntries(
    DECIDING.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const remembered = {
    ...given,
    ...(options.config === undefined ? {} : { config: path.resolve(options.config) }),
    ...(options.model === undefined ? {} : { model: plan.spec.base.model }),
    engine: plan.runs[0]?.config.engine,
  };
  writeFileAtomic(sweepFile(options.out, plan.spec.name), `${JSON.stringify(remembered, null, 2)}\n`);
}

/**
 * The options of the sweep that was run last, where the command line has none that decides which runs are meant.
 *
 * @param onNotice Told which options are taken.
 */
export function withRememberedOptions<T extends ExperimentOptions>(
  options: T,
  names: readonly string[],
  onNotice: (text: string) => void,
): T {
  if (DECIDING.some((name) => options[name] !== undefined)) return options;
  const { name } = loadExperiment(options.experiment, names);
  const file = sweepFile(options.out, name);
  if (!existsSync(file)) return options;
  const remembered = readJson(file) as DecidingOptions;
  const text = optionsText({ ...remembered, engine: undefined, experiment: 'recipe', out: 'runs', json: false });
  if (text !== '') onNotice(`with the options of the last run of ${name}: ${text}`);
  return { ...options, ...remembered };
}
