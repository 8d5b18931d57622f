import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, writeFileAtomic } from '@tsarank/io';
import { architectures, writeSafetensors, type WritableTensor } from '@tsarank/model';
import { Random } from '@tsarank/random';

/** Sizes of a BLOOM checkpoint. */
export interface BloomSizes {
  layers: number;
  hidden: number;
  heads: number;
  vocabulary: number;
}

const TOKENIZER = path.resolve(__dirname, '../../../test/reference/llama-tied');
const DEVIATION = 0.02;

/** A random checkpoint, float32, with the tokenizer of a fixture; left as it is where it is there already. */
export function makeCheckpoint(folder: string, { layers, hidden, heads, vocabulary }: BloomSizes): void {
  const config = {
    architectures: ['BloomForCausalLM'],
    model_type: 'bloom',
    vocab_size: vocabulary,
    hidden_size: hidden,
    n_layer: layers,
    n_head: heads,
    layer_norm_epsilon: 1e-5,
    bos_token_id: 1,
    eos_token_id: 2,
    pad_token_id: 0,
    dtype: 'float32',
    tie_word_embeddings: true,
  };
  const file = path.join(folder, 'config.json');
  const weights = path.join(folder, 'model.safetensors');
  const isThere =
    existsSync(weights) &&
    existsSync(file) &&
    canonicalJson(JSON.parse(readFileSync(file, 'utf8'))) === canonicalJson(config);
  if (isThere) return;
  mkdirSync(folder, { recursive: true });
  const bloom = architectures['bloom']!;
  const random = Random.fromSeed('large checkpoint');
  const tensors = [...bloom.weightShapes(bloom.readConfig(config))].map(([name, shape]): [string, WritableTensor] => [
    name,
    { shape, data: () => values(name, shape, random) },
  ]);
  writeSafetensors(weights, new Map(tensors));
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(path.join(TOKENIZER, name), path.join(folder, name));
  writeFileAtomic(file, `${JSON.stringify(config, null, 2)}\n`);
}

/** Matrices uniform with deviation 0.02, gains around 1, biases around 0. */
function values(name: string, shape: readonly number[], random: Random): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const middle = shape.length === 1 && name.endsWith('weight') ? 1 : 0;
  const width = 2 * Math.sqrt(3) * DEVIATION;
  const filled = new Float32Array(count);
  for (let index = 0; index < count; index += 1) filled[index] = middle + width * (random.nextFloat() - 0.5);
  return filled;
}
