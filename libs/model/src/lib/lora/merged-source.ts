import { InputError } from '@tsarank/io';
import { tf } from '@tsarank/tensor';
import { storesInputFirst } from '../architectures';
import type { TensorEntry, TensorSource } from '../containers/tensor-source';
import type { ExpectedWeights } from '../loading/expected-weights';
import { misshapenTensors, refuseWrongTensors } from '../loading/wrong-tensors';
import { adaptedModules, ALL_LINEAR, isReplaced } from './adapted-modules';
import { adapterNames, embeddingAdapterNames, PEFT_PREFIX } from './adapter';
import type { AdapterFolder } from './adapter-folder';
import { embeddingModules, isInputFirst, linearModules } from './linear-modules';

/**
 * A base model's weights with an adapter in them: each tensor is read as W + scale · B A where its module is adapted, as the
 * adapter has it where the module is replaced, else as it is. An adapter of the output matrix or an embedding brings W along, and
 * then that one counts. One tensor at a time is in memory.
 *
 * @throws {InputError} listing the adapter's tensors that are missing, unexpected or of another shape, or naming a target
 *   that can't be merged.
 *
 * Source: PEFT 0.21 `LoraModel.merge_and_unload`.
 */
export function mergedSource(base: TensorSource, adapter: AdapterFolder, model: ExpectedWeights): TensorSource {
  const { config, weights } = adapter;
  const inputFirst = storesInputFirst(model.modelType);
  const linear = linearModules(model.shapes, inputFirst);
  const lookedUp = config.targets === ALL_LINEAR ? [] : embeddingModules(model.shapes);
  const embeddings = new Set(lookedUp.map(({ name }) => name));
  const modules = [...linear, ...lookedUp];
  const adapted = adaptedModules(config, {
    modules: modules.map(({ name }) => name),
    modelType: model.modelType,
    file: config.file,
  });
  const replaced = [...model.shapes.keys()].filter((name) => isReplaced(moduleOf(name), config.replaced));
  requireUntied(adapter, model, [...adapted.keys(), ...replaced.map(moduleOf)]);
  const expected = new Map<string, readonly number[]>(replaced.map((name) => [name, model.shapes.get(name)!]));
  const optional = new Map<string, readonly number[]>();
  for (const { name, into, out } of modules) {
    const module = adapted.get(name);
    if (module === undefined) continue;
    expected.set(weightsOf(name).down, [module.rank, into]).set(weightsOf(name).up, [out, module.rank]);
    optional.set(`${name}.${BASE_WEIGHT}`, model.shapes.get(`${name}.weight`)!);
  }
  const homes = homesOf(weights, model, expected, optional);
  const entries = new Map(base.entries);
  const added = new Map<string, string>();
  const present = new Set([...entries.keys()].map(model.nameOf));
  // A head that the base model's class lacks.
  for (const name of replaced.filter((each) => !present.has(each))) {
    added.set(name, homes.get(name)!);
    entries.set(name, weights.entries.get(homes.get(name)!) as TensorEntry);
  }
  return {
    ...base,
    entries,
    read(stored, part) {
      const name = added.has(stored) ? stored : model.nameOf(stored);
      if (name && replaced.includes(name)) return weights.read(homes.get(name)!, part);
      const module = name?.endsWith('.weight') ? adapted.get(moduleOf(name)) : undefined;
      const own = module && homes.get(`${moduleOf(name!)}.${BASE_WEIGHT}`);
      const values = own === undefined ? base.read(stored, part) : weights.read(own, part);
      // A base model that gives all at once takes no notice of the part.
      if (module) addProduct(values, values === part?.values ? part.start : 0, moduleOf(name!), module.scale);
      return values;
    },
  };

  /** Adds scale · B A to the numbers of a matrix from the `start`-th on: only the rows that they lie in are computed. */
  function addProduct(values: Float32Array, start: number, module: string, scale: number): void {
    const names = weightsOf(module);
    const matrix = (name: string): tf.Tensor2D => {
      const home = homes.get(name)!;
      return tf.tensor2d(weights.read(home), weights.entries.get(home)!.shape as [number, number]);
    };
    tf.tidy(() => {
      const [down, up] = [matrix(names.down), matrix(names.up)]; // [r, in], [out, r]
      const turned = embeddings.has(module) || isInputFirst(module, inputFirst);
      const [left, right] = turned ? [tf.transpose(down), tf.transpose(up)] : [up, down];
      const width = right.shape[1]!;
      const first = Math.floor(start / width);
      const rows = Math.ceil((start + values.length) / width) - first;
      const product = tf.mul(tf.matMul(tf.slice(left, [first, 0], [rows, -1]), right), scale).dataSync();
      const offset = start - first * width;
      for (let index = 0; index < values.length; index += 1) values[index]! += product[offset + index]!;
    });
  }

  function weightsOf(module: string): { down: string; up: string } {
    const { down, up } = embeddings.has(module) ? embeddingAdapterNames(module) : adapterNames(module);
    return { down: down.slice(PEFT_PREFIX.length), up: up.slice(PEFT_PREFIX.length) };
  }
}

/** PEFT's name of the matrix under an adapter, behind the module's. It saves those of the output matrix and of embeddings. */
const BASE_WEIGHT = 'base_layer.weight';

/** Where the expected tensors, and those of the optional ones that are there, lie in the adapter's file, by their names without PEFT's prefix. */
function homesOf(
  weights: TensorSource,
  { nameOf }: ExpectedWeights,
  expected: ReadonlyMap<string, readonly number[]>,
  optional: ReadonlyMap<string, readonly number[]>,
): Map<string, string> {
  const known = new Map([...optional, ...expected]);
  const homes = new Map<string, string>();
  const unexpected: string[] = [];
  for (const stored of weights.entries.keys()) {
    const name = stored.startsWith(PEFT_PREFIX) ? ownName(stored.slice(PEFT_PREFIX.length), nameOf) : undefined;
    if (name !== undefined && known.has(name) && !homes.has(name)) homes.set(name, stored);
    else unexpected.push(stored);
  }
  const missing = [...expected.keys()].filter((name) => !homes.has(name)).map((name) => PEFT_PREFIX + name);
  refuseWrongTensors(weights.file, { missing, unexpected, misshapen: misshapenTensors(homes, weights, known) });
  return homes;
}

/** A tensor's name with the wrapper's prefix that its model may have lacked. */
function ownName(name: string, nameOf: ExpectedWeights['nameOf']): string | undefined {
  const [, module, kind] = /^(.*)\.(lora_[AB]\.weight|lora_embedding_[AB]|base_layer\.weight)$/.exec(name) ?? [];
  const own = nameOf(module === undefined ? name : `${module}.weight`);
  return own ? (module === undefined ? own : `${moduleOf(own)}.${kind}`) : undefined;
}

/** Merged into one of two tied matrices, an adapter would change the other too. */
function requireUntied({ config }: AdapterFolder, { tied }: ExpectedWeights, modules: readonly string[]): void {
  const found = tied
    ? modules.find((module) =>
        /(^|\.)(lm_head|embed_out|embed_tokens|wte|word_embeddings|embed_in|shared)$/.test(module),
      )
    : undefined;
  if (found === undefined) return;
  const expected = 'modules whose matrix has one use alone: this output matrix is the input embedding too';
  throw new InputError({ file: config.file, field: 'target_modules, modules_to_save', found: found, expected });
}

function moduleOf(weight: string): string {
  return weight.replace(/\.(weight|bias)$/, '');
}
