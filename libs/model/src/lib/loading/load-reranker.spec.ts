import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import type { StoredTensor } from '../containers/safetensors/safetensors-reader';
import { writeSafetensors } from '../containers/safetensors/safetensors-writer';
import { loadModel } from './load-model';
import { loadReranker } from './load-reranker';
import type { ModelKind } from './model-kind';

const reference = resolve(__dirname, '../../../../../test/reference');
const extra: StoredTensor = { shape: [1], dtype: 'F32', data: new Float32Array(1) };
let folder: string;
beforeAll(() => selectEngine('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reranker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A copy of a reference checkpoint, to be changed. */
function copyOf(name: string, config: Record<string, unknown> = {}): string {
  const copy = join(folder, name);
  cpSync(join(reference, name), copy, { recursive: true });
  const file = join(copy, 'config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...config }));
  return copy;
}

describe('the kind of a model', () => {
  it.each<[string, ModelKind]>([
    ['llama-tied', 'causal-lm'],
    ['llama-tied/model.gguf', 'causal-lm'],
    ['llama-one-label', 'classifier'],
    ['bert-two-labels', 'classifier'],
    ['t5-tied', 'encoder-decoder'],
  ])('is what its config says: %s', async (name, kind) => {
    const kinds: ModelKind[] = [];
    const loaded = await loadReranker(join(reference, name), { onKind: (found) => kinds.push(found) });
    expect([loaded.kind, ...kinds]).toEqual([kind, kind]);
    loaded.model.dispose();
  });

  it('is told before anything is made', async () => {
    const before = tf.memory().numTensors;
    const onKind = () => {
      throw new Error('not this one');
    };
    await expect(loadReranker(join(reference, 'bert-two-labels'), { onKind })).rejects.toThrow('not this one');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('other than a language model is no matter for loadModel, which says who takes it', async () => {
    await expect(loadModel(join(reference, 'bert-one-label'))).rejects.toThrow(InputError);
    await expect(loadModel(join(reference, 'bert-one-label'))).rejects.toThrow(
      /found BertForSequenceClassification, a classifier, which `score` and `rerank` take/,
    );
    await expect(loadModel(copyOf('bert-two-labels', { architectures: ['BertModel'] }))).rejects.toThrow(
      /found BertModel, an encoder without a classification head, which no command takes/,
    );
    await expect(loadModel(join(reference, 'llama-one-label'))).rejects.toThrow(/LlamaForSequenceClassification/);
  });
});

describe('classifiers', () => {
  const weightsOf = async (place: string) => {
    const { model } = await loadReranker(place);
    const values = new Map([...model.weights].map(([name, weight]) => [name, [...weight.dataSync()]]));
    model.dispose();
    return values;
  };

  it('are read from files with old names of norms, buffers and heads of pre-training', async () => {
    const copy = copyOf('bert-one-label');
    const file = join(copy, 'model.safetensors');
    const old = [...readSafetensors(file)].map(([name, tensor]) => {
      const norm = name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
      return [norm, tensor] as const;
    });
    writeSafetensors(file, new Map([...old, ['bert.embeddings.position_ids', extra], ['cls.predictions.bias', extra]]));
    expect(await weightsOf(copy)).toEqual(await weightsOf(join(reference, 'bert-one-label')));
  });

  it('keep RoBERTa from the pooler of its pre-training, and decoders from their output matrix', async () => {
    for (const [name, tensor] of [
      ['roberta-one-label', 'roberta.pooler.dense.bias'],
      ['llama-one-label', 'lm_head.weight'],
    ] as const) {
      const copy = copyOf(name);
      const file = join(copy, 'model.safetensors');
      writeSafetensors(file, new Map([...readSafetensors(file), [tensor, extra]]));
      expect(await weightsOf(copy)).toEqual(await weightsOf(join(reference, name)));
    }
  });

  it('have as many labels as are named, or counted, or two', async () => {
    for (const config of [
      { id2label: { 0: 'a', 1: 'b' }, num_labels: 7 },
      { num_labels: 2, id2label: null },
      { id2label: undefined },
    ]) {
      const loaded = await loadReranker(copyOf('bert-two-labels', config));
      expect(loaded.model.config).toMatchObject({ labels: 2 });
      loaded.model.dispose();
    }
    await expect(loadReranker(copyOf('bert-two-labels', { id2label: { 0: 'a' } }))).rejects.toThrow(
      /classifier\.weight \[2, 6\], expected \[1, 6\]/,
    );
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      'relative positions',
      'bert-one-label',
      { position_embedding_type: 'relative_key' },
      /"position_embedding_type": found "relative_key", expected absolute/,
    ],
    ['a decoder of its kind', 'bert-one-label', { is_decoder: true }, /"is_decoder": found true/],
    ['an unknown activation', 'bert-one-label', { hidden_act: 'mish' }, /"hidden_act": found "mish"/],
    ['one token type', 'bert-one-label', { type_vocab_size: 1 }, /"type_vocab_size": found 1, expected 2 or more/],
    [
      'an encoder without a head',
      'bert-one-label',
      { architectures: ['BertModel'] },
      /found "BertModel", expected a classifier, one of .*BertForSequenceClassification/,
    ],
    [
      'a class that is not built',
      'llama-one-label',
      { architectures: ['GemmaForSequenceClassification'] },
      /found "GemmaForSequenceClassification"/,
    ],
    ['heads that do not divide the width', 'roberta-one-label', { num_attention_heads: 4 }, /num_attention_heads/],
    [
      'stretched rotary positions',
      'modernbert-mean',
      { rope_scaling: { rope_type: 'linear', factor: 2 } },
      /rope_scaling/,
    ],
    [
      'one rotary setting for all blocks',
      'modernbert-mean',
      { rope_parameters: { rope_type: 'default', rope_theta: 1e4 } },
      /rope_parameters\.rope_type.*expected settings for full_attention/,
    ],
    ['another pooling', 'modernbert-mean', { classifier_pooling: 'max' }, /classifier_pooling/],
    ['another order of blocks', 'modernbert-mean', { layer_types: ['full_attention'] }, /layer_types/],
  ])('are refused with %s', async (_, name, config, message) => {
    await expect(loadReranker(copyOf(name, config))).rejects.toThrow(message);
    await expect(loadReranker(copyOf(name, config))).rejects.toThrow(InputError);
  });

  it('take no longer input than they have positions for', async () => {
    const loaded = await loadReranker(join(reference, 'roberta-one-label'));
    if (loaded.kind !== 'classifier') throw new Error(loaded.kind);
    const { model } = loaded;
    expect(model.config.maxTokens).toBe(14); // 16 rows, two before the first
    const classify = (length: number) =>
      tf.tidy(() =>
        model.classify(tf.ones([1, length], 'int32'), tf.ones([1, length]), tf.zeros([1, length], 'int32')).dataSync(),
      );
    expect(classify(14)).toHaveLength(1);
    expect(() => classify(15)).toThrow(RangeError);
    model.dispose();
  });
});

it('pools a decoder at the last token that is not padding, and where none is known at the last of the sequence', async () => {
  const ids = [[5, 9, 7, 2, 2]];
  const scores: number[] = [];
  // The fixture pads with 2: the two at the end count only where the model knows no padding.
  for (const config of [{}, { pad_token_id: null }]) {
    const loaded = await loadReranker(copyOf('llama-one-label', config));
    if (loaded.kind !== 'classifier') throw new Error(loaded.kind);
    const score = (row: number[][]): number =>
      tf.tidy(
        () =>
          loaded.model
            .classify(
              tf.tensor2d(row, undefined, 'int32'),
              tf.onesLike(tf.tensor2d(row)),
              tf.zerosLike(tf.tensor2d(row)),
            )
            .dataSync()[0]!,
      );
    scores.push(score(ids), score([ids[0]!.slice(0, 3)]));
    loaded.model.dispose();
  }
  expect(scores[0]).toBeCloseTo(scores[1]!, 5);
  expect(Math.abs(scores[2]! - scores[3]!)).toBeGreaterThan(1e-3);
  expect(scores[1]).toBeCloseTo(scores[3]!, 5);
});
