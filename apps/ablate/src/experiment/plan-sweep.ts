import path from 'node:path';
import { expandAblation, type AblationSpec, type SweepPlan } from '@tsarank/ablation';
import {
  applyPatch,
  ENGINE_NAMES,
  parseRunConfig,
  parseSetting,
  presets,
  type ConfigPatch,
  type PresetName,
  type RunConfig,
} from '@tsarank/config';
import { InputError, readJson } from '@tsarank/io';
import { contentHasher } from '@tsarank/runs';
import { loadExperiment } from './experiment-file';
import { hubOfEnvironment, withPinnedModels } from './hub-models';
import { parseSeeds, type ExperimentOptions } from '../options/experiment-options';

type Engine = Exclude<RunConfig['engine'], 'auto'>;

/** Words that stand where an experiment could. */
export const COMMANDS = ['plan', 'run', 'table', 'report', 'sync', 'worker'];

/**
 * The plan of an experiment with the options' changes: preset, then config file, then settings, then the options with
 * a name of their own. Models named `hf:` are pinned to their commit, and fetched where the cache lacks them.
 *
 * @throws {InputError} for whatever of it is wrong.
 */
export async function planSweep(options: ExperimentOptions): Promise<SweepPlan> {
  const spec = await withPinnedModels(changedSpec(loadExperiment(options.experiment, COMMANDS), options));
  const hashesOf = contentHasher({ keptIn: path.join(options.out, '.hashes.json'), hub: hubOfEnvironment });
  const engine = spec.base.engine === 'auto' ? (engineOfEnvironment() ?? (await fastestEngine())) : undefined;
  return expandAblation(spec, { hashesOf, ...(engine ? { engine } : {}) });
}

/** The spec with the base and the seeds that the options ask for. */
export function changedSpec(spec: AblationSpec, options: Omit<ExperimentOptions, 'experiment'>): AblationSpec {
  const { model, engine, precision } = options;
  if (precision === 'bfloat16') {
    throw new InputError({
      field: '--precision',
      found: 'bfloat16',
      expected: 'float32, which every engine computes in',
    });
  }
  const patches: { source: string; patch: ConfigPatch }[] = [
    ...(options.config === undefined
      ? []
      : [{ source: options.config, patch: readJson(options.config) as ConfigPatch }]),
    ...(options.set ?? []).map((setting) => ({ source: `--set ${setting}`, patch: parseSetting(setting) })),
    {
      source: 'options',
      patch: { ...(model ? { model } : {}), ...(engine ? { engine } : {}), ...(precision ? { precision } : {}) },
    },
  ];
  const start: RunConfig = options.preset === undefined ? spec.base : presets[options.preset as PresetName];
  const base = patches.reduce<RunConfig>(
    (config, { source, patch }) => parseRunConfig(applyPatch(config, patch), { file: source }),
    start,
  );
  return { ...spec, base, ...(options.seeds === undefined ? {} : { seeds: parseSeeds(options.seeds) }) };
}

/**
 * What `TSARANK_ENGINE` makes of `auto`; undefined where it is not set.
 *
 * @throws {InputError} when it names no engine.
 */
export function engineOfEnvironment(name = process.env['TSARANK_ENGINE']): Engine | undefined {
  if (name === undefined || name === '' || name === 'auto') return undefined;
  const engine = ENGINE_NAMES.find((known) => known === name);
  if (engine) return engine;
  throw new InputError({ field: 'TSARANK_ENGINE', found: `"${name}"`, expected: `one of ${ENGINE_NAMES.join(', ')}` });
}

/** What `auto` stands for on this machine. */
async function fastestEngine(): Promise<Engine> {
  const { selectEngine } = require('@tsarank/tensor') as typeof import('@tsarank/tensor');
  return (await selectEngine('auto')).name;
}
