/**
 * Trains a step of stage two on every fixture of test/reference, saves the model, and lets Hugging Face transformers load the
 * folder: without a warning, a missing or an unexpected tensor, with the same logits and the same token ids. Baichuan and the
 * first Qwen, whose code transformers lacks, are loaded into the modules of tools/make-reference-fixtures. The tokenizers of
 * test/reference/tokenizers are saved with a model and loaded likewise.
 *
 *   npx tsx tools/parity/saved-models.ts [--python .venv/bin/python] [--engine wasm] [--keep DIR] [--only REGEX]
 *
 * Prints one line a model; exit code 1 if any differs.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readJson } from '@tsarank/io';
import { loadModel, saveModel, writeSafetensors } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { selectEngine, tf, type EngineName } from '@tsarank/tensor';
import { finetune } from '@tsarank/training';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: 'wasm' },
    keep: { type: 'string' },
    only: { type: 'string' },
  },
});
const reference = resolve(__dirname, '../../test/reference');
const work = values.keep ?? mkdtempSync(join(tmpdir(), 'saved-models-'));
/** Families by the tokenizer that their models come with; the rest of the kinds belong to encoders. */
const MODEL_OF_TOKENIZER: Record<string, string> = {
  baichuan: 'baichuan-7b',
  bloom: 'bloom-published',
  gpt2: 'gpt2-tied',
  llama: 'llama-tied',
  'llama-new': 'llama-tied',
  llama3: 'llama-tied',
  opt: 'opt-pre-norm',
  qwen: 'qwen-published',
  qwen2: 'qwen2-tied',
};

/** A step of stage two with every weight, the result saved, and beside it the logits of the fixture's batch. */
async function trainAndSave(checkpoint: string): Promise<void> {
  const path = join(reference, checkpoint);
  const [{ model, tokenizer, hash }, start] = [await loadModel(path), await loadModel(path)];
  await finetune({
    model,
    tokenizer,
    reference: start.model,
    groups: [{ query: 'on', positives: ['the'], negatives: ['cat', 'q', 'cat a'] }],
    negatives: 3,
    weights: { rank: 1, nextToken: 1, differencePenalty: 1 },
    temperature: 0.05,
    seed: 0,
    learningRate: 0.01,
    schedule: 'constant',
    warmupRatio: 0,
    clipNorm: 1,
    batchSize: 1,
    steps: 1,
    order: 'given',
    topLayers: 0,
    maxDocumentTokens: 9,
  });
  const folder = join(work, checkpoint.replace('/', '-'));
  const parents = [hash];
  const contract = {
    behaviourVersion: 1,
    prompt: 'Document: {document} Query:',
    maxDocumentTokens: 9,
    maxQueryTokens: null,
    stage: 'finetune',
    parents,
    config: {},
  } as const;
  await saveModel(folder, { model, tokenizer, contract: { ...contract, parents } });
  const batch = join(existsSync(join(path, 'batch.json')) ? path : dirname(path), 'batch.json');
  copyFileSync(batch, join(folder, 'batch.json'));
  const { shape, data } = logitsOf(model, readJson(batch) as Batch);
  writeSafetensors(join(folder, 'logits.safetensors'), new Map([['logits', { shape, data }]]));
  model.dispose();
  start.model.dispose();
}

interface Batch {
  ids: number[][];
  mask: number[][];
}

function logitsOf(model: CausalLm, { ids, mask }: Batch): { shape: number[]; data: Float32Array } {
  return tf.tidy(() => {
    const hidden = model.hiddenStates(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask));
    const logits = model.logits(tf.reshape(hidden, [-1, model.config.hiddenSize]) as tf.Tensor2D);
    return {
      shape: [ids.length, ids[0]!.length, model.config.vocabularySize],
      data: logits.dataSync() as Float32Array,
    };
  });
}

/** A model saved with a tokenizer of another kind, as a published folder of its family has it. */
async function saveWithTokenizer(kind: string, checkpoint: string): Promise<void> {
  const mixed = join(work, 'mixed', kind);
  mkdirSync(mixed, { recursive: true });
  const [model, tokenizer] = [join(reference, checkpoint), join(reference, 'tokenizers', kind)];
  const copy = (from: string, names: readonly string[]): void =>
    names.forEach((name) => copyFileSync(join(from, name), join(mixed, name)));
  copy(model, ['config.json', ...readdirSync(model).filter((name) => name.endsWith('.safetensors'))]);
  copy(tokenizer, readdirSync(tokenizer));
  rmSync(join(mixed, 'expected.safetensors'));
  const loaded = await loadModel(mixed);
  const folder = join(work, `tokenizer-${kind}`);
  await saveModel(folder, loaded);
  copyFileSync(join(tokenizer, 'cases.json'), join(folder, 'cases.json'));
  loaded.model.dispose();
}

async function main(): Promise<void> {
  await selectEngine(values.engine as EngineName, { threads: 1 });
  const { models } = readJson(join(reference, 'training.json')) as { models: object };
  const folders = Object.keys(models);
  const ggufs = folders
    .filter((name) => existsSync(join(reference, name, 'model.gguf')))
    .map((name) => `${name}/model.gguf`);
  const asked = (name: string): boolean => new RegExp(values.only ?? '').test(name);
  for (const checkpoint of [...folders, ...ggufs].filter(asked)) await trainAndSave(checkpoint);
  for (const [kind, checkpoint] of Object.entries(MODEL_OF_TOKENIZER))
    if (asked(`tokenizer-${kind}`)) await saveWithTokenizer(kind, checkpoint);
  rmSync(join(work, 'mixed'), { recursive: true, force: true });
  const { status } = spawnSync(values.python, [join(__dirname, 'load_saved_models.py'), work], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

void main().finally(() => {
  if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
});
