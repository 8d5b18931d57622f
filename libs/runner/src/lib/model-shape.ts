import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { openFolderWeights, openGguf, type TensorSource } from '@tsarank/model/containers';
import { modelPath } from './content-hashes';

/** The sizes of a decoder that decide what it costs. */
export interface ModelShape {
  /** All of them; a tied output matrix counts once. */
  weights: number;
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
}

/** What `config.json` of one family or another calls a size, the commonest name first. */
const KEYS = {
  blocks: ['num_hidden_layers', 'n_layer', 'num_layers'],
  hidden: ['hidden_size', 'n_embd', 'n_embed', 'd_model'],
  heads: ['num_attention_heads', 'n_head', 'num_heads'],
  keyValueHeads: ['num_key_value_heads'],
  headSize: ['head_dim'],
  intermediate: ['intermediate_size', 'n_inner', 'ffn_dim'],
  vocabulary: ['vocab_size'],
} as const;
/** Feed-forward width over hidden size in the families that don't write it down (GPT-2, BLOOM, GPT-Neo). */
const USUAL_EXPANSION = 4;
const HEAD = /(^|\.)(lm_head|embed_out)\.weight$/;
/** Buffers that some files carry; no weights. */
const BUFFER = /(\.attn\.attention\.bias|\.attn\.bias|\.attention\.bias|\.masked_bias|\.rotary_emb\.inv_freq|\.causal_mask|^rope_freqs\.weight)$/;

/** By place and time of change: whoever asks for each run of a sweep reads the headers once. */
const known = new Map<string, ModelShape>();

/**
 * The shape of a model: `tiny`, a Hugging Face folder, or a `.gguf` file. Reads `config.json` and the headers of the weight
 * files, no weights, and loads no tensor code. A folder without weight files counts as a LLaMA of its sizes.
 *
 * @throws {InputError} naming the file and the field that is missing or no size.
 */
export function modelShape(model: string): ModelShape {
  const place = modelPath(model);
  if (!existsSync(place)) {
    throw new InputError({ field: 'model', found: `"${model}"`, expected: 'tiny, a Hugging Face folder or a .gguf file' });
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
  const config = readJson(file) as Readonly<Record<string, unknown>>;
  const size = (key: keyof typeof KEYS, fallback?: number): number => {
    const names: readonly string[] = KEYS[key];
    const name = names.find((each) => (config[each] ?? null) !== null);
    return sizeOf(name === undefined ? fallback : config[name], file, name ?? names[0]!);
  };
  const hidden = size('hidden');
  const heads = size('heads');
  const sizes = {
    blocks: size('blocks'),
    hidden,
    heads,
    keyValueHeads: size('keyValueHeads', heads),
    headSize: size('headSize', hidden / heads),
    // Qwen, the first, counts gate and values together.
    intermediate: size('intermediate', USUAL_EXPANSION * hidden) / (config['model_type'] === 'qwen' ? 2 : 1),
    vocabulary: size('vocabulary'),
  };
  const source = weightSource(folder);
  if (!source) {
    const tiedHead = config['tie_word_embeddings'] === true;
    return { ...sizes, tiedHead, weights: llamaWeights(sizes, tiedHead) };
  }
  const hasHead = [...source.entries.keys()].some((name) => HEAD.test(name));
  const tiedHead = config['tie_word_embeddings'] === true || !hasHead;
  return { ...sizes, tiedHead, weights: countWeights(source, (name) => !(tiedHead && HEAD.test(name))) };
}

function shapeOfGguf(file: string): ModelShape {
  const source = openGguf(file);
  source.close();
  const { metadata, entries } = source;
  const family = String(metadata['general.architecture']);
  const size = (key: string, fallback?: number): number => sizeOf(metadata[`${family}.${key}`] ?? fallback, file, `${family}.${key}`);
  const hidden = size('embedding_length');
  const heads = size('attention.head_count');
  return {
    weights: countWeights(source, () => true),
    blocks: size('block_count'),
    hidden,
    intermediate: size('feed_forward_length', USUAL_EXPANSION * hidden),
    heads,
    keyValueHeads: size('attention.head_count_kv', heads),
    headSize: size('attention.key_length', hidden / heads),
    vocabulary: sizeOf(entries.get('token_embd.weight')?.shape[0], file, 'token_embd.weight'),
    tiedHead: !entries.has('output.weight'),
  };
}

function sizeOf(value: unknown, file: string, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  const found = value === undefined ? 'nothing' : JSON.stringify(value);
  throw new InputError({ file, field, found, expected: 'a whole number of 1 or more' });
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
    if (counts(name) && !BUFFER.test(name)) weights += shape.reduce((product, length) => product * length, 1);
  }
  return weights;
}

function llamaWeights(shape: Omit<ModelShape, 'weights' | 'tiedHead'>, tiedHead: boolean): number {
  const { blocks, hidden, intermediate, heads, keyValueHeads, headSize, vocabulary } = shape;
  const attention = 2 * hidden * headSize * (heads + keyValueHeads);
  const block = attention + 3 * hidden * intermediate + 2 * hidden;
  return blocks * block + hidden + vocabulary * hidden * (tiedHead ? 1 : 2);
}
