import { InputError } from '@tsarank/io';
import type { AdapterConfig } from './adapter-config';
import { defaultTargets } from './default-targets';
import { pythonPattern } from './python-pattern';

/** Rank and scale of a module's adapter. */
export interface AdaptedModule {
  rank: number;
  /** What B A is multiplied by. */
  scale: number;
}

export interface ModelModules {
  /** Names of the linear modules. */
  modules: readonly string[];
  modelType: string;
  /** Named in errors. */
  file?: string;
}

/** `target_modules` for every linear module but the output matrix or a classifier's head. */
export const ALL_LINEAR = 'all-linear';
const HEAD = /(^|\.)(lm_head|embed_out|score|classifier)(\.|$)/;

/**
 * The modules that have an adapter, in the model's order: those that a target names and nothing leaves out.
 *
 * A list names a module whole or by its end (`q_proj`, `mlp.c_proj`); a text is a regular expression that the whole name fits.
 * Blocks count with a list alone, and not for a module that it names whole.
 *
 * @throws {InputError} when no target is known for the family, or a pattern is none.
 *
 * Source: PEFT 0.21 `check_target_module_exists`, `get_pattern_key`.
 */
export function adaptedModules(
  config: AdapterConfig,
  { modules, modelType, file }: ModelModules,
): Map<string, AdaptedModule> {
  const targets = config.targets ?? defaultTargets(modelType, file);
  if (typeof targets === 'string' && (config.layers !== null || config.layerPatterns.length > 0)) {
    const expected = 'null where target_modules is a text';
    throw new InputError({ file, field: 'layers_to_transform', found: String(config.layers), expected });
  }
  const isTarget =
    targets === ALL_LINEAR ? (module: string) => !HEAD.test(module) : named(targets, { file, field: 'target_modules' });
  const isExcluded = named(config.excluded, { file, field: 'exclude_modules' });
  const ofBlocks = layerRule(config, file);
  const inLayers = (module: string): boolean =>
    (Array.isArray(targets) && targets.includes(module)) || ofBlocks(module);
  const rankOf = firstFitting(config.ranks, config.rank, { file, field: 'rank_pattern' });
  const alphaOf = firstFitting(config.alphas, config.alpha, { file, field: 'alpha_pattern' });
  const adapted = new Map<string, AdaptedModule>();
  for (const module of modules) {
    if (isExcluded(module) || isReplaced(module, config.replaced) || !isTarget(module) || !inLayers(module)) continue;
    const rank = rankOf(module);
    adapted.set(module, { rank, scale: alphaOf(module) / (config.scaledByRoot ? Math.sqrt(rank) : rank) });
  }
  return adapted;
}

/** Whether the module, or one that holds it, is named by its end among those that are replaced as they are. */
export function isReplaced(module: string, replaced: readonly string[]): boolean {
  const parts = module.split('.');
  const holders = parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  return replaced.some((end) => holders.some((holder) => holder.endsWith(end)));
}

function named(
  names: readonly string[] | string,
  origin: { file?: string; field: string },
): (module: string) => boolean {
  if (typeof names === 'string') return pythonPattern(names, origin);
  return (module) => names.some((name) => module === name || module.endsWith(`.${name}`));
}

function layerRule({ layers, layerPatterns }: AdapterConfig, file?: string): (module: string) => boolean {
  if (layers === null) return () => true;
  const chosen = new Set(layers);
  if (layerPatterns.length === 0) return (module) => chosen.has(Number(/^.*?\.[^.]*\.(\d+)\./.exec(module)?.[1]));
  const rules = layerPatterns.map((pattern) => layerNumber(pattern, file));
  return (module) => {
    const first = rules.map((numberIn) => numberIn(module)).find((number) => number !== null);
    return chosen.has(first ?? Number.NaN);
  };
}

/** The number behind a part of a module's name that fits the pattern, the first from the left. */
function layerNumber(pattern: string, file?: string): (module: string) => number | null {
  const fits = pythonPattern(pattern, { file, field: 'layers_pattern' });
  return (module) => {
    const parts = module.split('.');
    for (let end = 1; end < parts.length - 1; end += 1) {
      if (!/^\d+$/.test(parts[end]!)) continue;
      const starts = Array.from({ length: end }, (_, start) => parts.slice(start, end).join('.'));
      if (starts.some(fits)) return Number(parts[end]);
    }
    return null;
  };
}

/** The number of the first pattern that the name, or what stands behind one of its dots, fits. */
function firstFitting(
  patterns: readonly (readonly [string, number])[],
  otherwise: number,
  origin: { file?: string; field: string },
): (module: string) => number {
  const rules = patterns.map(([pattern, value]) => ({
    value,
    fits: pythonPattern(`(?:.*\\.)?(?:${pattern})`, origin),
  }));
  return (module) => rules.find(({ fits }) => fits(module))?.value ?? otherwise;
}
