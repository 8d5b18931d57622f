import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HubSettings } from '@tsarank/hub';
import { InputError, readPublishedJson } from '@tsarank/io';
import {
  linearModules,
  openFolderWeights,
  openGguf,
  type LinearModule,
  type TensorSource,
} from '@tsarank/model/containers';
import { modelPath } from '@tsarank/runs';

/** The sizes of a model that decide what it costs. */
export interface ModelShape {
  /** All of them; a tied output matrix counts once. */
  weights: number;
  /** Of both stacks, where there are two. */
  blocks: number;
  /** h */
  hidden: number;
  /** f, width of the feed-forward part. */
  intermediate: number;
  heads: number;
  keyValueHeads: number;
  /** d */
  headSize: number;
  /** V */
  vocabulary: number;
  /** The output matrix is the input embedding. */
  tiedHead: boolean;
  /** The matrices by their modules' names, and the family; absent where the files have no such names (GGUF) or there are none. */
  linear?: { modelType: string; modules: readonly LinearModule[] };
}

/** What `config.json` of one family or another calls a size, the commonest name first. */
const KEYS = {
  blocks: ['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers'],
  hidden: ['hidden_size', 'n_embd', 'n_embed', 'd_model', 'dim'],
  heads: ['num_attention_heads', 'n_head', 'num_heads', 'n_heads'],
  keyValueHeads: ['num_key_value_heads'],
  headSize: ['head_dim', 'kv_channels', 'd_kv'],
  intermediate: ['intermediate_size', 'n_inner', 'ffn_dim', 'd_ff', 'hidden_dim'],
  vocabulary: ['vocab_size'],
} as const;

/** What a family takes absent fields for, where that isn't what most do. */
interface FamilyDefaults {
  keyValueHeads?: number;
  headSize?: number;
  /** The output matrix is the input embedding. */
  tied?: boolean;
}

/** By `model_type`, as their classes in transformers have it. */
const DEFAULTS: Readonly<Record<string, FamilyDefaults>> = {
  bloom: { tied: true },
  gpt2: { tied: true },
  gpt_neo: { tied: true },
  mistral: { keyValueHeads: 8 },
  opt: { tied: true },
  qwen2: { keyValueHeads: 32 },
  qwen3: { keyValueHeads: 32, headSize: 128 },
  smollm3: { keyValueHeads: 4, tied: true },
  t5: { tied: true },
  umt5: { tied: true },
};
/** Heads of size h / H, rounded down. */
const ROUNDED = new Set(['llama', 'mistral', 'qwen2', 'smollm3']);
/** Feed-forward width over hidden size in the families that don't write it down (GPT-2, BLOOM, GPT-Neo). */
const USUAL_EXPANSION = 4;
const HEAD = /(^|\.)(lm_head|embed_out)\.weight$/;
/** Buffers, and T5's embedding stored again for each stack; no weights. */
const NO_WEIGHT =
  /(\.attn\.attention\.bias|\.attn\.bias|\.attention\.bias|\.masked_bias|\.rotary_emb\.inv_freq|\.causal_mask|\.future_mask|^rope_freqs\.weight|\.position_ids|^(encoder|decoder)\.embed_tokens\.weight)$/;

/** By place and time of change: whoever asks for each run of a sweep reads the headers once. */
const known = new Map<string, ModelShape>();

/**
 * The shape of a model: `tiny`, a Hugging Face folder, a `.gguf` file, or `hf:org/name@commit` in the cache. Reads `config.json` and the headers of the weight
 * files, no weights, and loads no tensor code. A folder without weight files counts as a LLaMA of its sizes.
 *
 * @throws {InputError} naming the file and the field that is missing or no size.
 */
export function modelShape(model: string, hub?: () => HubSettings): ModelShape {
  const place = modelPath(model, hub);
  if (!existsSync(place)) {
    throw new InputError({
      field: 'model',
      found: `"${model}"`,
      expected: 'tiny, a Hugging Face folder or a .gguf file',
    });
  }
  const isFolder = statSync(place).isDirectory();
  const main = isFolder ? path.join(place, 'config.json') : place;
  const { mtimeMs, size } = statSync(main, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  const key = `${place} ${mtimeMs} ${size}`;
  const shape = known.get(key) ?? (isFolder ? shapeOfFolder(place) : shapeOfGguf(place));
  known.set(key, shape);
  return shape;
}

function shapeOfFolder(folder: string): ModelShape {
  const file = path.join(folder, 'config.json');
  const config = readPublishedJson(file) as Readonly<Record<string, unknown>>;
  const size = (key: keyof typeof KEYS, fallback?: number): number => {
    const names: readonly string[] = KEYS[key];
    const name = names.find((each) => (config[each] ?? null) !== null);
    return sizeOf(name === undefined ? fallback : config[name], file, name ?? names[0]!);
  };
  const type = String(config['model_type']);
  const defaults = Object.hasOwn(DEFAULTS, type) ? DEFAULTS[type]! : {};
  const hidden = size('hidden');
  const heads = size('heads');
  const perHead = ROUNDED.has(type) ? Math.floor(hidden / heads) : hidden / heads;
  const sizes = {
    blocks: requireBlocks(size('blocks') + decoderBlocks(config), file),
    hidden,
    heads,
    keyValueHeads: size('keyValueHeads', defaults.keyValueHeads ?? heads),
    headSize: size('headSize', defaults.headSize ?? perHead),
    // Qwen, the first, counts gate and values together.
    intermediate: size('intermediate', USUAL_EXPANSION * hidden) / (type === 'qwen' ? 2 : 1),
    vocabulary: size('vocabulary'),
  };
  const tied = (config['tie_word_embeddings'] ?? defaults.tied) === true;
  const source = weightSource(folder);
  if (!source) return { ...sizes, tiedHead: tied, weights: llamaWeights(sizes, tied) };
  const hasHead = [...source.entries.keys()].some((name) => HEAD.test(name));
  const tiedHead = tied || !hasHead;
  const shapes = new Map([...source.entries].map(([name, { shape }]) => [name, shape]));
  return {
    ...sizes,
    tiedHead,
    weights: countWeights(source, (name) => !(tiedHead && HEAD.test(name))),
    linear: { modelType: type, modules: linearModules(shapes, type === 'gpt2') },
  };
}

/** More than the weight files of any model hold. */
const MOST_BLOCKS = 20_000;

function requireBlocks(blocks: number, file: string): number {
  if (blocks <= MOST_BLOCKS) return blocks;
  throw new InputError({ file, field: KEYS.blocks[0], found: String(blocks), expected: `at most ${MOST_BLOCKS}` });
}

/** Those of an encoder-decoder model's second stack. */
function decoderBlocks(config: Readonly<Record<string, unknown>>): number {
  if (config['is_encoder_decoder'] !== true) return 0;
  return Number(config['num_decoder_layers'] ?? config['num_layers'] ?? 0);
}

function shapeOfGguf(file: string): ModelShape {
  const source = openGguf(file);
  source.close();
  const { metadata, entries } = source;
  const family = String(metadata['general.architecture']);
  const size = (key: string, fallback?: number): number =>
    sizeOf(metadata[`${family}.${key}`] ?? fallback, file, `${family}.${key}`);
  const hidden = size('embedding_length');
  const heads = size('attention.head_count');
  return {
    weights: countWeights(source, () => true),
    blocks: size('block_count'),
    hidden,
    intermediate: size('feed_forward_length', USUAL_EXPANSION * hidden) / (family === 'qwen' ? 2 : 1),
    heads,
    keyValueHeads: size('attention.head_count_kv', heads),
    headSize: size('attention.key_length', hidden / heads),
    vocabulary: sizeOf(entries.get('token_embd.weight')?.shape[0], file, 'token_embd.weight'),
    tiedHead: !entries.has('output.weight'),
  };
}

function sizeOf(value: unknown, file: string, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31) return value;
  const found = value === undefined ? 'nothing' : JSON.stringify(value);
  throw new InputError({ file, field, found, expected: 'a whole number of 1 or more, below 2^31' });
}

/** The tensors of a folder's weight files; undefined where it has none. */
function weightSource(folder: string): TensorSource | undefined {
  const names = ['model.safetensors', 'pytorch_model.bin'].flatMap((name) => [name, `${name}.index.json`]);
  if (!names.some((name) => existsSync(path.join(folder, name)))) return undefined;
  const source = openFolderWeights(folder);
  source.close();
  return source;
}

function countWeights({ entries }: TensorSource, counts: (name: string) => boolean): number {
  let weights = 0;
  for (const [name, { shape }] of entries) {
    if (counts(name) && !NO_WEIGHT.test(name)) weights += shape.reduce((product, length) => product * length, 1);
  }
  return weights;
}

function llamaWeights(shape: Omit<ModelShape, 'weights' | 'tiedHead'>, tiedHead: boolean): number {
  const { blocks, hidden, intermediate, heads, keyValueHeads, headSize, vocabulary } = shape;
  const attention = 2 * hidden * headSize * (heads + keyValueHeads);
  const block = attention + 3 * hidden * intermediate + 2 * hidden;
  return blocks * block + hidden + vocabulary * hidden * (tiedHead ? 1 : 2);
}
