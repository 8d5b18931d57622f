import { InputError, nearestName } from '@tsarank/io';
import type { Random } from '@tsarank/random';
import { assertFits, tf } from '@tsarank/tensor';
import { storesInputFirst } from '../architectures';
import type { CausalLm } from '../causal-lm';
import { requireBlocks } from '../trainable-weights';
import { adaptedModules, ALL_LINEAR } from './adapted-modules';
import { adapterNames } from './adapter';
import type { AdapterConfig } from './adapter-config';
import { linearModules } from './linear-modules';
import type { LinearModule } from './linear-modules';

/** Low-rank adapters as they are asked for. */
export interface LoraSettings {
  /** r, at least 1. */
  rank: number;
  /** The adapters' products are multiplied by alpha / r. */
  alpha: number;
  /** Names or ends of names of modules, `all-linear` for every one in the blocks, or null: PEFT's default of the family. */
  targetModules: readonly string[] | typeof ALL_LINEAR | null;
}

/** An adapter before there is one. */
export interface PlannedAdapter extends LinearModule {
  rank: number;
  scale: number;
}

let made = 0;

/**
 * The adapters that settings ask for, in the model's order. Only matrices in blocks are adapted.
 *
 * @param topLayers Blocks that have any, counted from the top; 0: all.
 * @throws {InputError} naming the setting that makes no sense, or the target that is nowhere in the model.
 */
export function plannedAdapters(model: CausalLm, settings: LoraSettings, topLayers: number): PlannedAdapter[] {
  requireBlocks(model, topLayers);
  requirePositive('lora.rank', settings.rank, Number.isInteger(settings.rank));
  requirePositive('lora.alpha', settings.alpha, Number.isFinite(settings.alpha));
  const lowest = topLayers === 0 ? 0 : model.config.layers - topLayers;
  // A target that is a whole name counts in every block: one below those that train is as good as none.
  const linear = modulesOf(model).filter(({ name }) => (model.layerOf(`${name}.weight`) ?? -1) >= lowest);
  const modules = linear.map(({ name }) => name);
  const config = adapterConfigOf(model, settings, topLayers);
  if (config.targets !== null) requireKnown(config.targets as readonly string[], modules);
  const adapted = adaptedModules(config, { modules, modelType: model.architecture });
  return linear.flatMap((module) => {
    const chosen = adapted.get(module.name);
    return chosen ? [{ ...module, ...chosen }] : [];
  });
}

/**
 * Gives a model adapters that do nothing yet: A from uniform(-1/√in, 1/√in), B zero. The model owns them.
 *
 * @param randomOf A generator of its own for each module, so that a module's draw depends on no other.
 * @throws {InputError} as plannedAdapters, or when the model has adapters, or they don't fit the engine's memory.
 *
 * Source: Hu et al. 2021 (arXiv 2106.09685); PEFT 0.21 `reset_lora_parameters` (Kaiming uniform with a = √5).
 */
export function addAdapters(
  model: CausalLm,
  settings: LoraSettings,
  topLayers: number,
  randomOf: (module: string) => Random,
): void {
  if (model.adapters.size > 0)
    throw new InputError({ field: 'lora', message: 'the model has adapters already; merge or remove them first' });
  const planned = plannedAdapters(model, settings, topLayers);
  const weights = planned.reduce((sum, { rank, into, out }) => sum + rank * (into + out), 0);
  assertFits({ bytes: 4 * weights, what: `adapters of ${(weights / 1e6).toFixed(1)} million weights` });
  made += 1;
  for (const { name, into, out, rank, scale } of planned) {
    const random = randomOf(name);
    const bound = 1 / Math.sqrt(into);
    const values = Float32Array.from({ length: rank * into }, () => bound * (2 * random.nextFloat() - 1));
    const names = adapterNames(name);
    model.adapters.set(name, {
      down: variable(`lora-${made}/${names.down}`, () => tf.tensor2d(values, [rank, into])),
      up: variable(`lora-${made}/${names.up}`, () => tf.zeros([out, rank])),
      scale,
    });
  }
}

/** Settings as PEFT's configuration has them. */
export function adapterConfigOf(
  model: CausalLm,
  { rank, alpha, targetModules }: LoraSettings,
  topLayers: number,
): AdapterConfig {
  const { layers } = model.config;
  return {
    rank,
    alpha,
    scaledByRoot: false,
    targets: targetModules === ALL_LINEAR ? endsOf(model) : targetModules,
    excluded: [],
    layers: topLayers === 0 ? null : Array.from({ length: topLayers }, (_, index) => layers - topLayers + index),
    layerPatterns: [],
    ranks: [],
    alphas: [],
    replaced: [],
  };
}

function modulesOf(model: CausalLm): LinearModule[] {
  const shapes = new Map([...model.weights].map(([name, { shape }]) => [name, shape]));
  return linearModules(shapes, storesInputFirst(model.architecture));
}

/** The last parts of the names of all linear modules in the blocks; no other module's name ends in one. */
function endsOf(model: CausalLm): string[] {
  const inBlocks = modulesOf(model).filter(({ name }) => model.layerOf(`${name}.weight`) !== null);
  return [...new Set(inBlocks.map(({ name }) => name.split('.').at(-1)!))].sort();
}

function requireKnown(targets: readonly string[], modules: readonly string[]): void {
  const unknown = targets.find(
    (target) => !modules.some((module) => module === target || module.endsWith(`.${target}`)),
  );
  if (unknown === undefined) return;
  const ends = [...new Set(modules.map((module) => module.split('.').at(-1)!))];
  const near = nearestName(unknown, ends);
  throw new InputError({
    field: 'lora.targetModules',
    found: `"${unknown}"${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    expected: `${ALL_LINEAR}, or names of modules in the blocks that train: ${ends.join(', ')}`,
  });
}

function requirePositive(field: string, value: number, isSound: boolean): void {
  if (isSound && value > 0) return;
  throw new InputError({
    field,
    found: String(value),
    expected: field === 'lora.rank' ? 'a whole number of 1 or more' : 'a number above 0',
  });
}

function variable(name: string, values: () => tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(values(), true, name));
}
