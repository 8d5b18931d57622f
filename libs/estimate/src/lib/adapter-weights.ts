import type { LoraConfig } from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { adaptedModules, ALL_LINEAR, type LinearModule } from '@tsarank/model/containers';
import type { ModelShape } from './model-shape';

const BLOCK = /(?:^|\.)(?:layers|h)\.(\d+)\./;

/**
 * How many weights adapters have in the blocks that train: r (in + out) for each module. Where the modules' names aren't known
 * (a `.gguf` file), every matrix counts as adapted, an upper bound.
 *
 * @param topLayers Counted from the top; 0: all blocks.
 * @throws {InputError} for a target that no module of the blocks has, or no targets where there are none by default.
 */
export function adapterWeights(
  shape: ModelShape,
  { rank, alpha, targetModules }: LoraConfig,
  topLayers: number,
): number {
  const { blocks, linear } = shape;
  const first = topLayers === 0 ? 0 : Math.max(0, blocks - topLayers);
  if (!linear) return rank * (blocks - first) * blockSides(shape);
  const inBlocks = linear.modules.filter(({ name }) => Number(BLOCK.exec(name)?.[1] ?? -1) >= first);
  const targets =
    targetModules === null || targetModules === ALL_LINEAR ? targetModules : requireKnown(targetModules, inBlocks);
  const config = {
    rank,
    alpha,
    scaledByRoot: false,
    targets,
    excluded: [],
    layers: null,
    layerPatterns: [],
    ranks: [],
    alphas: [],
    replaced: [],
  };
  const adapted = adaptedModules(config, { modules: inBlocks.map(({ name }) => name), modelType: linear.modelType });
  return rank * inBlocks.filter(({ name }) => adapted.has(name)).reduce((sum, { into, out }) => sum + into + out, 0);
}

function requireKnown(targets: readonly string[], modules: readonly LinearModule[]): readonly string[] {
  const unknown = targets.find((target) => !modules.some(({ name }) => name === target || name.endsWith(`.${target}`)));
  if (unknown === undefined) return targets;
  const ends = [...new Set(modules.map(({ name }) => name.split('.').at(-1)!))].sort();
  throw new InputError({
    field: 'lora.targetModules',
    found: `"${unknown}"`,
    expected: `${ALL_LINEAR}, or some of ${ends.join(', ')}`,
  });
}

/** Inputs and outputs of all matrices of a block: queries, keys, values, output, gate, up, down. */
function blockSides({ hidden, intermediate, heads, keyValueHeads, headSize }: ModelShape): number {
  return 4 * hidden + 2 * (heads + keyValueHeads) * headSize + 3 * (hidden + intermediate);
}
