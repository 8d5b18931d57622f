import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { openSafetensors } from './safetensors/safetensors-reader';
import { openSharded } from './sharded-source';
import type { ShardedSource } from './sharded-source';
import type { TensorSource } from './tensor-source';
import { openTorchFile } from './torch/torch-source';

/** In the order of preference: safetensors hold nothing but numbers. */
const KINDS: readonly { name: string; open: (file: string) => TensorSource }[] = [
  { name: 'model.safetensors', open: openSafetensors },
  { name: 'pytorch_model.bin', open: openTorchFile },
];

/**
 * The weights of a Hugging Face folder: safetensors or `pytorch_model.bin`, in one file or in shards behind an index.
 *
 * @throws {InputError} when there are none, or the file that is preferred is wrong.
 */
export function openFolderWeights(folder: string): ShardedSource {
  for (const { name, open } of KINDS) {
    const single = join(folder, name);
    if (existsSync(single)) return { ...open(single), files: [single] };
    const index = `${single}.index.json`;
    if (existsSync(index)) return openSharded(index, open);
  }
  const names = KINDS.flatMap(({ name }) => [name, `${name}.index.json`]);
  throw new InputError({ file: folder, message: `has no weights, expected ${names.join(' or ')}` });
}
