import { basename, dirname, join } from 'node:path';
import { InputError, readPublishedJson } from '@tsarank/io';
import { showValue } from './show-value';
import type { TensorEntry, TensorSource } from './tensor-source';

/** Several files behind one index. */
export interface ShardedSource extends TensorSource {
  /** The shards, in the order of their names. */
  readonly files: readonly string[];
}

/**
 * The tensors of several files behind one index, `model.safetensors.index.json` or `pytorch_model.bin.index.json`.
 *
 * @param open How a shard is opened.
 * @throws {InputError} when the index names a file outside its folder, or a tensor that is not in its file.
 */
export function openSharded(index: string, open: (file: string) => TensorSource): ShardedSource {
  const map = (readPublishedJson(index) as { weight_map?: unknown } | null)?.weight_map;
  if (map === null || typeof map !== 'object' || Array.isArray(map)) {
    throw new InputError({ file: index, field: 'weight_map', found: showValue(map), expected: 'an object' });
  }
  const shards = new Map<string, TensorSource>();
  const close = () => shards.forEach((shard) => shard.close());
  const entries = new Map<string, TensorEntry>();
  const homes = new Map<string, TensorSource>();
  try {
    for (const [name, value] of Object.entries(map)) {
      const file = plainName(value, index);
      const shard = shards.get(file) ?? open(join(dirname(index), file));
      shards.set(file, shard);
      const entry = shard.entries.get(name);
      if (!entry)
        throw new InputError({ file: shard.file, message: `has no tensor "${name}", which ${index} puts there` });
      entries.set(name, entry);
      homes.set(name, shard);
    }
    for (const shard of shards.values()) {
      const stray = [...shard.entries.keys()].filter((name) => homes.get(name) !== shard);
      if (stray.length > 0)
        throw new InputError({ file: shard.file, message: `tensors not in ${index}: ${stray.join(', ')}` });
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    file: index,
    files: [...shards.values()].map((shard) => shard.file).sort(),
    entries,
    read(name, part) {
      const home = homes.get(name);
      if (!home) throw new InputError({ file: index, message: `has no tensor "${name}"` });
      return home.read(name, part);
    },
    close,
  };
}

/** A shard is a file beside its index: a name with a path in it could reach anywhere. */
function plainName(value: unknown, index: string): string {
  const safe =
    typeof value === 'string' &&
    value !== '' &&
    value !== '.' &&
    value !== '..' &&
    !/[\\/\0]/.test(value) &&
    basename(value) === value;
  if (safe) return value;
  throw new InputError({
    file: index,
    field: 'weight_map',
    found: showValue(value),
    expected: 'a file name without a path',
  });
}
