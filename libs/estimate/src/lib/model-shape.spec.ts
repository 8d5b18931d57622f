import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJson } from '@tsarank/io';
import { selectEngine } from '@tsarank/tensor';
import { loadModel } from '@tsarank/model';
import { modelShape } from './model-shape';
import type { ModelShape } from './model-shape';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'shape-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without the matrices by name (adapter-weights.spec.ts), which not every form of a model has. */
const sizesOf = (model: string): ModelShape => ({ ...modelShape(model), linear: undefined });
const config = (text: object): void => writeFileSync(path.join(folder, 'config.json'), JSON.stringify(text));

describe('modelShape', () => {
  it('finds in a .gguf file what its folder says', () => {
    const reference = path.resolve(__dirname, '../../../../test/reference/llama-tied');
    expect(modelShape(path.join(reference, 'model.gguf'))).toEqual(sizesOf(reference));
  });

  it('takes a configuration without weight files for a LLaMA', () => {
    const { weights, ...sizes } = sizesOf('tiny');
    config({
      num_hidden_layers: sizes.blocks,
      hidden_size: sizes.hidden,
      intermediate_size: sizes.intermediate,
      num_attention_heads: sizes.heads,
      num_key_value_heads: sizes.keyValueHeads,
      vocab_size: sizes.vocabulary,
      tie_word_embeddings: true,
    });
    expect(sizesOf(folder)).toEqual({ ...sizes, weights });
  });

  it("reads GPT-2's names, and what they leave out", () => {
    config({ n_layer: 2, n_embd: 8, n_head: 2, n_inner: null, vocab_size: 10 });
    expect(modelShape(folder)).toMatchObject({
      blocks: 2,
      hidden: 8,
      heads: 2,
      keyValueHeads: 2,
      headSize: 4,
      intermediate: 32,
    });
  });

  const reference = path.resolve(__dirname, '../../../../test/reference');
  const { models } = readJson(path.join(reference, 'training.json')) as { models: object };
  it.each(['tiny', ...Object.keys(models)])('finds the sizes and counts the weights of %s', async (name) => {
    const folder = name === 'tiny' ? name : path.join(reference, name);
    await selectEngine('cpu');
    const { model } = await loadModel(folder);
    const { layers, hiddenSize, intermediateSize, heads, keyValueHeads, headSize, vocabularySize, tied } = model.config;
    expect(sizesOf(folder)).toEqual({
      weights: [...model.weights.values()].reduce((sum, { size }) => sum + size, 0),
      blocks: layers,
      hidden: hiddenSize,
      intermediate: intermediateSize,
      heads,
      keyValueHeads,
      headSize,
      vocabulary: vocabularySize,
      tiedHead: tied,
    });
    model.dispose();
  });

  const qwen3 = { model_type: 'qwen3', hidden_size: 64, num_attention_heads: 32, num_hidden_layers: 1, vocab_size: 10 };
  const bert = {
    model_type: 'bert',
    hidden_size: 8,
    num_attention_heads: 2,
    num_hidden_layers: 3,
    intermediate_size: 16,
    vocab_size: 9,
  };
  const distilbert = { model_type: 'distilbert', dim: 8, n_heads: 2, n_layers: 3, hidden_dim: 16, vocab_size: 9 };
  const t5 = {
    model_type: 't5',
    is_encoder_decoder: true,
    d_model: 8,
    num_heads: 3,
    d_kv: 4,
    num_layers: 2,
    num_decoder_layers: 3,
    d_ff: 16,
    vocab_size: 9,
  };
  it.each([
    ["Qwen3's default size of heads", qwen3, { headSize: 128, keyValueHeads: 32, tiedHead: false }],
    [
      "SmolLM3's tied embedding",
      { ...qwen3, model_type: 'smollm3' },
      { headSize: 2, keyValueHeads: 4, tiedHead: true },
    ],
    [
      'a head size rounded down',
      { ...qwen3, model_type: 'llama', hidden_size: 70 },
      { headSize: 2, keyValueHeads: 32 },
    ],
    ['BERT', bert, { blocks: 3, hidden: 8, intermediate: 16, headSize: 4 }],
    ['DistilBERT', distilbert, { blocks: 3, hidden: 8, intermediate: 16, headSize: 4 }],
    ["both of T5's stacks", t5, { blocks: 5, hidden: 8, heads: 3, headSize: 4, intermediate: 16, tiedHead: true }],
    ["T5's stacks of one depth", { ...t5, num_decoder_layers: null }, { blocks: 4 }],
  ])('reads %s', (_, text, expected) => {
    config(text);
    expect(modelShape(folder)).toMatchObject(expected);
  });

  it.each([
    [{ hidden_size: 8, num_attention_heads: 2, num_hidden_layers: 0 }, 'field "num_hidden_layers": found 0'],
    [{ num_attention_heads: 2 }, 'field "hidden_size": found nothing'],
    [{ hidden_size: 9, num_attention_heads: 2, num_hidden_layers: 1, vocab_size: 3 }, 'field "head_dim": found 4.5'],
  ])('refuses %j', (text, message) => {
    config(text);
    expect(() => modelShape(folder)).toThrow(message);
  });

  it('refuses what is no model', () => {
    expect(() => modelShape('/nowhere')).toThrow('/nowhere');
    writeFileSync(path.join(folder, 'x.gguf'), 'GGML and nothing else');
    expect(() => modelShape(path.join(folder, 'x.gguf'))).toThrow('not a GGUF file');
  });
});
