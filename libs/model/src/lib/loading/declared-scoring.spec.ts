import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { requireBuiltGgufScoring } from './declared-scoring';
import { loadModel } from './load-model';
import { loadReranker } from './load-reranker';
import { modelSupport } from './model-support';

const reference = resolve(__dirname, '../../../../../test/reference');
const TRANSFORMER = 'sentence_transformers.base.modules.transformer.Transformer';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scoring-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A fixture with some settings changed, and files beside it. */
function changed(checkpoint: string, changes: object, files: Record<string, unknown> = {}): string {
  cpSync(join(reference, checkpoint), folder, { recursive: true });
  const configName = checkpoint.startsWith('lora') ? 'adapter_config.json' : 'config.json';
  const config = readJson(join(folder, configName)) as object;
  const all = { [configName]: { ...config, ...changes }, ...files };
  for (const [name, value] of Object.entries(all)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(value));
  }
  return folder;
}

const modules = (...types: string[]) => types.map((type, idx) => ({ idx, name: String(idx), path: '', type }));

/** Every way in refuses it with the same words. */
async function expectRefused(place: string, message: RegExp): Promise<void> {
  expect((await modelSupport(place)).problem).toMatch(message);
  await expect(loadReranker(place)).rejects.toThrow(message);
}

describe('a decoder whose files say that it scores in another way', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a score of one or two logits, as version 5.4 writes it',
      { 'modules.json': modules(TRANSFORMER, 'sentence_transformers.cross_encoder.modules.logit_score.LogitScore') },
      /modules\.json: field "\[1\]\.type": found .*LogitScore: a decoder that scores by the logits/,
    ],
    [
      'a score of two logits without the list of modules',
      { '1_LogitScore/config.json': { true_token_id: 9693, false_token_id: 2152 } },
      /1_LogitScore: found a decoder that scores by the logits/,
    ],
    [
      'an embedding model',
      { 'modules.json': modules('sentence_transformers.models.Transformer', 'sentence_transformers.models.Pooling') },
      /Pooling: an embedding model/,
    ],
    [
      'a sparse one',
      { 'modules.json': modules('sentence_transformers.sparse_encoder.models.MLMTransformer') },
      /MLMTransformer: a sparse embedding model/,
    ],
    [
      'a module of its own',
      { 'modules.json': modules(TRANSFORMER, 'own.module.Scorer') },
      /own\.module\.Scorer: which no command here computes/,
    ],
    [
      'a module named like a property of objects',
      { 'modules.json': modules(TRANSFORMER, 'x.constructor') },
      /x\.constructor: which no command here computes/,
    ],
    ['a list of modules that is none', { 'modules.json': {} }, /modules\.json: found an object, expected a list/],
    [
      'an embedding model by its package file',
      { 'config_sentence_transformers.json': { __version__: { sentence_transformers: '3.0.1' }, prompts: {} } },
      /config_sentence_transformers\.json: field "model_type": found nothing: an embedding model/,
    ],
    [
      'a kind that nobody knows',
      { 'config_sentence_transformers.json': { model_type: 'MultiVectorEncoder' } },
      /found "MultiVectorEncoder": which no command here computes, expected CrossEncoder/,
    ],
    [
      'a prompt before every text',
      {
        'config_sentence_transformers.json': {
          model_type: 'CrossEncoder',
          default_prompt_name: 'query',
          prompts: { query: 'Judge: ' },
        },
      },
      /field "default_prompt_name": found "query": a prompt before every text/,
    ],
    [
      "a transformer's task other than text",
      { 'sentence_bert_config.json': { transformer_task: 'feature-extraction' } },
      /field "transformer_task": found "feature-extraction", expected text-generation/,
    ],
  ])('is refused by every command, by name: %s', async (_, files, message) => {
    const place = changed('qwen3-tied', {}, files);
    await expectRefused(place, message);
    await expect(loadModel(place)).rejects.toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ architectures: ['Qwen3Model'] }, /Qwen3Model, which has no language-model head, expected .*LlamaForCausalLM/],
    [{ architectures: ['Qwen3ForTokenClassification'] }, /Qwen3ForTokenClassification, which has no language-model/],
    [{ architectures: ['Qwen3ForQuestionAnswering'] }, /Qwen3ForQuestionAnswering, which has no language-model head/],
    [{ architectures: ['Qwen2ForRewardModel'] }, /Qwen2ForRewardModel, which has no language-model head/],
    [{ is_causal: false }, /field "is_causal": found false: attention to the tokens behind/],
    [{ use_bidirectional_attention: true }, /field "use_bidirectional_attention": found true/],
  ])('is refused with %j', async (changes, message) => {
    const place = changed('qwen3-tied', changes);
    await expectRefused(place, message);
    await expect(loadModel(place)).rejects.toThrow(message);
  });

  it('is read where nothing says so', async () => {
    const files = {
      'modules.json': modules(TRANSFORMER),
      'sentence_bert_config.json': { transformer_task: 'text-generation', max_seq_length: 512 },
    };
    expect(await modelSupport(changed('qwen3-tied', { is_causal: true }, files))).toEqual({ kind: 'causal-lm' });
  });
});

describe('models of other kinds', () => {
  it.each(['T5EncoderModel', 'T5ForSequenceClassification', 'T5Model'])('refuses %s by name', async (name) => {
    await expectRefused(
      changed('t5-gated', { architectures: [name] }),
      new RegExp(`${name}, which has no language-model head, expected a class such as T5ForConditionalGeneration`),
    );
  });

  it.each<[object, Record<string, unknown>, RegExp]>([
    [
      { sentence_transformers: { activation_fn: 'torch.nn.modules.activation.GELU' } },
      {},
      /config\.json: field "sentence_transformers\.activation_fn": found "torch\.nn\.modules\.activation\.GELU"/,
    ],
    [
      { sbert_ce_default_activation_function: 'own.Reversed' },
      {},
      /"sbert_ce_default_activation_function": found "own/,
    ],
    [
      {},
      { 'config_sentence_transformers.json': { model_type: 'CrossEncoder', activation_fn: 'own.Reversed' } },
      /config_sentence_transformers\.json: field "activation_fn": found "own\.Reversed"/,
    ],
    [
      {},
      { 'modules.json': modules(TRANSFORMER, 'sentence_transformers.models.Pooling') },
      /Pooling: an embedding model/,
    ],
    [{}, { 'sentence_bert_config.json': { transformer_task: 'fill-mask' } }, /expected sequence-classification/],
  ])('refuses a classifier with %j and %j', async (changes, files, message) => {
    await expectRefused(changed('bert-one-label', changes, files), message);
  });

  it('reads a classifier as CrossEncoder saves it', async () => {
    const changes = {
      sentence_transformers: { activation_fn: 'torch.nn.modules.activation.Sigmoid', version: '5.1.0' },
    };
    const files = {
      'modules.json': modules(TRANSFORMER),
      'config_sentence_transformers.json': {
        model_type: 'CrossEncoder',
        activation_fn: 'torch.nn.modules.linear.Identity',
        default_prompt_name: null,
      },
      'sentence_bert_config.json': { transformer_task: 'sequence-classification' },
    };
    expect(await modelSupport(changed('bert-one-label', changes, files))).toEqual({ kind: 'classifier' });
  });

  it.each<[object, Record<string, unknown>, RegExp]>([
    [{ task_type: 'FEATURE_EXTRACTION' }, {}, /field "task_type": found FEATURE_EXTRACTION: an embedding model/],
    [{}, { 'modules.json': modules(TRANSFORMER, 'x.LogitScore') }, /LogitScore: a decoder that scores by/],
  ])('refuses an adapter with %j and %j', async (changes, files, message) => {
    const base_model_name_or_path = join(reference, 'llama-tied');
    const place = changed('lora-llama', { base_model_name_or_path, ...changes }, files);
    await expectRefused(place, message);
    await expect(loadModel(place)).rejects.toThrow(message);
  });
});

describe('a GGUF file', () => {
  const refused = (more: Record<string, unknown>) => () =>
    requireBuiltGgufScoring({ file: 'x.gguf', metadata: { 'general.architecture': 'qwen3', ...more } });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ 'qwen3.pooling_type': 4 }, /x\.gguf: field "qwen3\.pooling_type": found 4 \(rank\): a decoder that scores by/],
    [{ 'qwen3.pooling_type': 3 }, /"qwen3\.pooling_type": found 3: an embedding model/],
    [{ 'qwen3.classifier.output_labels': ['yes', 'no'] }, /output_labels": found \["yes","no"\]/],
    [{ 'qwen3.attention.causal': false }, /"qwen3\.attention\.causal": found false/],
  ])('is refused with %j', (metadata, message) => expect(refused(metadata)).toThrow(message));

  it('is read where nothing says so', () => {
    expect(refused({ 'qwen3.pooling_type': 0, 'qwen3.attention.causal': true })).not.toThrow();
  });
});
