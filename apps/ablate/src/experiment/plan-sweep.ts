import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { expandAblation, withPreset, type AblationSpec, type SweepPlan } from '@tsarank/ablation';
import {
  applyPatch,
  ENGINE_NAMES,
  parseRunConfig,
  parseSetting,
  type ConfigPatch,
  type PresetName,
  type RunConfig,
} from '@tsarank/config';
import { modelShape } from '@tsarank/estimate';
import { InputError, printNotice, readJson } from '@tsarank/io';
import { parseMeasure } from '@tsarank/metrics';
import { contentHasher } from '@tsarank/runs';
import { cacheFolder } from './cache-folder';
import { loadExperiment } from './experiment-file';
import { fitToModel } from './fit-to-model';
import { hubOfEnvironment, withPinnedModels } from './hub-models';
import { fetchNamedDatasets } from './named-datasets';
import { parseSeeds, type ExperimentOptions } from '../options/experiment-options';
import { withRememberedOptions } from './remembered-options';

type Engine = Exclude<RunConfig['engine'], 'auto'>;

/** A line for people. */
export const notify = (text: string): void => printNotice(`ablate: ${text}\n`);

/** Words that stand where an experiment could. */
export const COMMANDS = ['plan', 'run', 'table', 'report', 'export', 'sync', 'worker', 'settings'];

/** The plan of the sweep that was run last, unless the options say which runs are meant; for commands that only read. */
export async function planFinishedSweep<T extends ExperimentOptions>(
  given: T,
): Promise<{ plan: SweepPlan; options: T }> {
  const options = withRememberedOptions(given, COMMANDS, notify);
  return { plan: await planSweep(options), options };
}

/**
 * The plan of an experiment with the options' changes: preset, then config file, then settings, then the options with
 * a name of their own. Models named `hf:` are pinned to their commit; they and collections named
 * `dataset:` are fetched where the cache lacks them.
 *
 * @throws {InputError} for whatever of it is wrong.
 */
export async function planSweep(options: ExperimentOptions): Promise<SweepPlan> {
  requireFolder(options.out);
  const blocksOf = (model: string): number => modelShape(model, hubOfEnvironment).blocks;
  const changed = await withPinnedModels(changedSpec(loadExperiment(options.experiment, COMMANDS), options));
  await fetchNamedDatasets(changed);
  const spec = options.preset === undefined ? changed : fitToModel(changed, options, { blocksOf, onNotice: notify });
  const hashesOf = contentHasher({
    keptIn: path.join(cacheFolder(options.out), '.hashes.json'),
    hub: hubOfEnvironment,
  });
  const engine = spec.base.engine === 'auto' ? (engineOfEnvironment() ?? (await fastestEngine())) : undefined;
  return expandAblation(spec, { hashesOf, blocksOf, ...(engine ? { engine } : {}) });
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
  for (const { source, patch } of patches) requireUsed(source, patch);
  const sets = (name: 'topLayers' | 'frozenLayers'): boolean =>
    patches.some(({ patch }) => patch.finetune?.[name] !== undefined);
  if (sets('topLayers') && sets('frozenLayers')) {
    const expected = 'finetune.topLayers or finetune.frozenLayers: each says what the other is';
    throw new InputError({ field: '--set', found: 'both', expected });
  }
  const started = options.preset === undefined ? spec : withPreset(spec, options.preset as PresetName);
  const base = patches.reduce<RunConfig>(
    (config, { source, patch }) => parseRunConfig(applyPatch(config, patch), { file: source }),
    started.base,
  );
  const measures = patches.some(({ patch }) => patch.measures !== undefined)
    ? checkedMeasures(base.measures)
    : undefined;
  return {
    ...started,
    base,
    ...(measures ? { measures } : {}),
    ...(options.seeds === undefined ? {} : { seeds: parseSeeds(options.seeds) }),
  };
}

/** @throws {InputError} where the folder of all runs is something else. */
function requireFolder(out: string): void {
  let place = path.resolve(out);
  while (!existsSync(place)) place = path.dirname(place);
  if (statSync(place).isDirectory()) return;
  const found = `${out}, where ${path.relative('', place) || place} is no folder`;
  throw new InputError({ field: '--out', found, expected: 'the folder of all runs' });
}

/** Seeds belong to the experiment: a seed in the base would be passed over. */
function requireUsed(source: string, { seed }: ConfigPatch): void {
  if (seed === undefined) return;
  const expected = '--seeds, as in --seeds 7: an experiment sets its seeds for all variants';
  throw new InputError({ field: source, found: `seed ${JSON.stringify(seed)}`, expected });
}

function checkedMeasures(measures: readonly string[]): readonly string[] {
  measures.forEach((measure) => parseMeasure(measure));
  if (new Set(measures).size === measures.length) return measures;
  throw new InputError({ field: 'measures', found: measures.join(', '), expected: 'every measure once' });
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
