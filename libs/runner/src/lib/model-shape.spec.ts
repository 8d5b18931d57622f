import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { selectEngine } from '@tsarank/tensor';
import { loadModel } from '@tsarank/model';
import { modelShape } from './model-shape';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'shape-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = (text: object): void => writeFileSync(path.join(folder, 'config.json'), JSON.stringify(text));

describe('modelShape', () => {
  it('counts the weights that the loaded model has', async () => {
    const shape = modelShape('tiny');
    await selectEngine('cpu');
    const { model } = await loadModel('tiny');
    const { layers, hiddenSize, intermediateSize, heads, keyValueHeads, headSize, vocabularySize, tied } = model.config;
    expect(shape).toEqual({
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

  it('finds in a .gguf file what its folder says', () => {
    const reference = path.resolve(__dirname, '../../../../test/reference/llama-tied');
    expect(modelShape(path.join(reference, 'model.gguf'))).toEqual(modelShape(reference));
  });

  it('takes a configuration without weight files for a LLaMA', () => {
    const { weights, ...sizes } = modelShape('tiny');
    config({
      num_hidden_layers: sizes.blocks,
      hidden_size: sizes.hidden,
      intermediate_size: sizes.intermediate,
      num_attention_heads: sizes.heads,
      num_key_value_heads: sizes.keyValueHeads,
      vocab_size: sizes.vocabulary,
      tie_word_embeddings: true,
    });
    expect(modelShape(folder)).toEqual({ ...sizes, weights });
  });

  it("reads GPT-2's names, and what they leave out", () => {
    config({ n_layer: 2, n_embd: 8, n_head: 2, n_inner: null, vocab_size: 10 });
    expect(modelShape(folder)).toMatchObject({ blocks: 2, hidden: 8, heads: 2, keyValueHeads: 2, headSize: 4, intermediate: 32 });
  });

  it.each(['bloom-published', 'bloom-untied', 'baichuan-7b', 'baichuan2-13b', 'qwen-published'])('finds the sizes of %s', async (name) => {
    const reference = path.resolve(__dirname, '../../../../test/reference', name);
    await selectEngine('cpu');
    const { model } = await loadModel(reference);
    const { layers, hiddenSize, intermediateSize, heads, keyValueHeads, headSize, vocabularySize, tied } = model.config;
    expect(modelShape(reference)).toEqual({
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

  it.each(['gpt2-tied', 'gpt-neo-mixed', 'opt-post-norm', 'gpt-neox-sequential', 'gpt-neox-parallel'])('reads the sizes and weights of %s', async (name) => {
    const reference = path.resolve(__dirname, '../../../../test/reference', name);
    await selectEngine('cpu');
    const { model } = await loadModel(reference);
    const { layers, hiddenSize, intermediateSize, heads, headSize, tied } = model.config;
    expect(modelShape(reference)).toMatchObject({
      weights: [...model.weights.values()].reduce((sum, { size }) => sum + size, 0),
      blocks: layers,
      hidden: hiddenSize,
      intermediate: intermediateSize,
      heads,
      headSize,
      tiedHead: tied,
    });
    model.dispose();
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
