import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readPublishedJson } from '@tsarank/io';
import type { GgufSource } from '../containers/gguf/gguf-source';
import { showValue } from '../containers/show-value';
import type { AdapterFile } from '../lora/adapter-config';
import { className, readConfigFile } from './config-file';
import type { ModelKind } from './model-kind';

type Raw = Readonly<Record<string, unknown>>;

const TWO_LOGITS = 'a decoder that scores by the logits of one or two tokens (as Qwen3-Reranker does)';
const EMBEDDING = 'an embedding model, which scores by the similarity of two vectors';
const SPARSE = 'a sparse embedding model, which scores by the overlap of two vectors';
/** What a module of sentence-transformers makes of the transformer's output, by the last part of its type. */
const MODULES: Readonly<Record<string, string>> = {
  LogitScore: TWO_LOGITS,
  CausalScoreHead: TWO_LOGITS,
  Pooling: EMBEDDING,
  WeightedLayerPooling: EMBEDDING,
  WordEmbeddings: EMBEDDING,
  StaticEmbedding: EMBEDDING,
  Normalize: EMBEDDING,
  SpladePooling: SPARSE,
  MLMTransformer: SPARSE,
  SparseStaticEmbedding: SPARSE,
};
const MODEL_TYPES: Readonly<Record<string, string>> = { SentenceTransformer: EMBEDDING, SparseEncoder: SPARSE };
/** Functions of a classifier's logit that keep the order of documents; `score` writes the logit itself. */
const INCREASING = ['Identity', 'Sigmoid', 'LogSigmoid', 'Tanh', 'Softplus', 'Softmax', 'LogSoftmax'];
/** Of `T5ForConditionalGeneration` the older name was `T5WithLMHeadModel`. */
const HEADS: Readonly<Record<Exclude<ModelKind, 'classifier'>, { ends: RegExp; example: string }>> = {
  'causal-lm': { ends: /(ForCausalLM|LMHeadModel)$/, example: 'LlamaForCausalLM' },
  'encoder-decoder': { ends: /(ForConditionalGeneration|WithLMHeadModel)$/, example: 'T5ForConditionalGeneration' },
};
/** Fields of a decoder's configuration, and the values with which a token also sees those behind it. */
const BIDIRECTIONAL: readonly (readonly [string, boolean])[] = [
  ['is_causal', false],
  ['use_bidirectional_attention', true],
  ['bidirectional', true],
];

/**
 * Refuses a model whose own files say that it scores in a way that is not built. It would load all the same, and give numbers
 * that mean nothing: query likelihood of an embedding model, or of a decoder that answers yes or no.
 *
 * Read are the class and the attention in `config.json`, and the files of sentence-transformers: `modules.json`, the modules'
 * folders, `config_sentence_transformers.json`, `sentence_bert_config.json`.
 *
 * Source: sentence-transformers 5.1 and the module reference of 5.4 (`CrossEncoder`, `LogitScore`).
 *
 * @param raw `config.json`.
 * @throws {InputError} naming the file and the field that says so.
 */
export function requireBuiltScoring(folder: string, raw: Raw, kind: ModelKind): void {
  requireModules(folder);
  const file = join(folder, 'config.json');
  if (kind !== 'classifier') requireHead(raw, file, kind);
  if (kind === 'causal-lm') requireCausalAttention(raw, file);
  requirePackage(folder, kind);
  requireTask(folder, kind);
  if (kind !== 'classifier') return;
  const inside = (raw['sentence_transformers'] ?? {}) as Raw;
  requireIncreasing(inside['activation_fn'], file, 'sentence_transformers.activation_fn');
  requireIncreasing(raw['sbert_ce_default_activation_function'], file, 'sbert_ce_default_activation_function');
}

/**
 * The same for the folder of an adapter.
 *
 * @throws {InputError} naming the file and the field.
 */
export function requireBuiltAdapterScoring(folder: string, { task, file }: Pick<AdapterFile, 'task' | 'file'>): void {
  requireModules(folder);
  if (task === 'FEATURE_EXTRACTION') {
    const expected = 'CAUSAL_LM, SEQ_CLS or SEQ_2_SEQ_LM';
    throw new InputError({ file, field: 'task_type', found: `${task}: ${EMBEDDING}`, expected });
  }
}

/**
 * The same for a GGUF file: its kind of pooling, its attention, a classifier's labels.
 *
 * Source: llama.cpp `gguf-py/gguf/constants.py` (`PoolingType`, `Keys.Classifier`, `Keys.Attention.CAUSAL`).
 *
 * @throws {InputError} naming the field.
 */
export function requireBuiltGgufScoring({ file, metadata }: Pick<GgufSource, 'file' | 'metadata'>): void {
  const type = String(metadata['general.architecture']);
  const wrong = (key: string, found: string, expected: string): InputError =>
    new InputError({ file, field: `${type}.${key}`, found, expected });
  const pooling = metadata[`${type}.pooling_type`] ?? 0;
  if (pooling === 4)
    throw wrong('pooling_type', `4 (rank): ${TWO_LOGITS}, or a classifier`, '0 (none), a causal language model');
  if (pooling !== 0)
    throw wrong('pooling_type', `${showValue(pooling)}: ${EMBEDDING}`, '0 (none), a causal language model');
  const labels = metadata[`${type}.classifier.output_labels`];
  if (labels !== undefined)
    throw wrong('classifier.output_labels', showValue(labels), 'nothing: GGUF classifiers are not read');
  if (metadata[`${type}.attention.causal`] === false)
    throw wrong('attention.causal', 'false', 'true: each token sees those before it');
}

function requireModules(folder: string): void {
  const file = join(folder, 'modules.json');
  const expected = 'a transformer alone, scored by query likelihood or by its own head';
  if (!existsSync(file)) {
    // Without the list the modules' own folders still say what follows the transformer.
    const found = readdirSync(folder).find((name) => MODULES[/^\d+_(\w+)$/.exec(name)?.[1] ?? ''] !== undefined);
    if (found === undefined) return;
    throw new InputError({ file: join(folder, found), found: MODULES[found.replace(/^\d+_/, '')]!, expected });
  }
  const modules = readPublishedJson(file);
  if (!Array.isArray(modules)) throw new InputError({ file, found: showValue(modules), expected: 'a list of modules' });
  for (const [at, module] of modules.entries()) {
    const type = String((module as { type?: unknown } | null)?.type);
    if (/(^|\.)Transformer$/.test(type)) continue;
    const name = type.split('.').at(-1)!;
    const what = Object.hasOwn(MODULES, name) ? MODULES[name]! : 'which no command here computes';
    throw new InputError({ file, field: `[${at}].type`, found: `${type}: ${what}`, expected });
  }
}

/** A class without a head, or with one for another task. */
function requireHead(raw: Raw, file: string, kind: keyof typeof HEADS): void {
  const name = className(raw);
  const { ends, example } = HEADS[kind];
  if (name === undefined || ends.test(name)) return;
  throw new InputError({
    file,
    field: 'architectures',
    found: `${name}, which has no language-model head`,
    expected: `a class such as ${example}`,
  });
}

function requireCausalAttention(raw: Raw, file: string): void {
  const field = BIDIRECTIONAL.find(([name, value]) => raw[name] === value)?.[0];
  if (field === undefined) return;
  const found = `${String(raw[field])}: attention to the tokens behind as well, as embedding models have it`;
  throw new InputError({ file, field, found, expected: 'a causal language model' });
}

/** `config_sentence_transformers.json`: the kind of model, a prompt before every text, the function of its logit. */
function requirePackage(folder: string, kind: ModelKind): void {
  const file = join(folder, 'config_sentence_transformers.json');
  if (!existsSync(file)) return;
  const raw = readConfigFile(file);
  // Before version 5.4 only embedding models had this file, and did not name their kind.
  const type = raw['model_type'] ?? (kind === 'causal-lm' ? 'SentenceTransformer' : 'CrossEncoder');
  if (type !== 'CrossEncoder') {
    const what = Object.hasOwn(MODEL_TYPES, String(type))
      ? MODEL_TYPES[String(type)]!
      : 'which no command here computes';
    const found = `${showValue(raw['model_type'])}: ${what}`;
    throw new InputError({ file, field: 'model_type', found, expected: 'CrossEncoder' });
  }
  const name = raw['default_prompt_name'] ?? null;
  if (name !== null)
    throw new InputError({
      file,
      field: 'default_prompt_name',
      found: `${showValue(name)}: a prompt before every text`,
      expected: 'null',
    });
  if (kind === 'classifier') requireIncreasing(raw['activation_fn'], file, 'activation_fn');
}

/** `sentence_bert_config.json` of version 5.4 and later names the transformer's task. */
function requireTask(folder: string, kind: ModelKind): void {
  const file = join(folder, 'sentence_bert_config.json');
  if (!existsSync(file)) return;
  const task = readConfigFile(file)['transformer_task'];
  const expected = kind === 'classifier' ? 'sequence-classification' : 'text-generation';
  if (task === undefined || task === expected) return;
  throw new InputError({ file, field: 'transformer_task', found: showValue(task), expected });
}

function requireIncreasing(activation: unknown, file: string, field: string): void {
  if ((activation ?? null) === null) return;
  const name = typeof activation === 'string' ? activation.split('.').at(-1)! : '';
  if (INCREASING.includes(name)) return;
  throw new InputError({ file, field, found: showValue(activation), expected: `one of ${INCREASING.join(', ')}` });
}
