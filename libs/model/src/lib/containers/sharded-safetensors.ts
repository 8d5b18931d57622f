import { openSafetensors } from './safetensors/safetensors-reader';
import { openSharded } from './sharded-source';
import type { ShardedSource } from './sharded-source';

/** The tensors of several safetensors files behind one `model.safetensors.index.json`; see `openSharded`. */
export function openShardedSafetensors(index: string): ShardedSource {
  return openSharded(index, openSafetensors);
}
