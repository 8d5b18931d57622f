import path from 'node:path';
import { InputError } from '@tsarank/io';
import { loadModel, plannedAdapters } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { adapterWeights } from './adapter-weights';
import { modelShape } from './model-shape';

const reference = path.resolve(__dirname, '../../../../test/reference');
const folders = [
  'llama-tied',
  'gpt2-tied',
  'bloom-published',
  'opt-post-norm',
  'gpt-neox-parallel',
  'gpt-neo-local',
  'baichuan-7b',
  'qwen-published',
];
const allLinear = { rank: 3, alpha: 1, targetModules: 'all-linear' as const };

describe('adapterWeights', () => {
  it.each(folders)('counts what adapters of %s have', async (name) => {
    await selectEngine('cpu');
    const folder = path.join(reference, name);
    const { model } = await loadModel(folder);
    for (const topLayers of [0, 1]) {
      const planned = plannedAdapters(model, allLinear, topLayers).reduce(
        (sum, { rank, into, out }) => sum + rank * (into + out),
        0,
      );
      expect(adapterWeights(modelShape(folder), allLinear, topLayers)).toBe(planned);
    }
    model.dispose();
  });

  it("takes PEFT's targets where none are named", () => {
    const shape = modelShape(path.join(reference, 'llama-tied'));
    const { hidden, heads, keyValueHeads, headSize, blocks } = shape;
    const named = { ...allLinear, targetModules: null };
    expect(adapterWeights(shape, named, 0)).toBe(blocks * 3 * (2 * hidden + (heads + keyValueHeads) * headSize));
  });

  it('takes every matrix of a .gguf file, whose modules have other names', () => {
    const file = path.join(reference, 'llama-tied', 'model.gguf');
    const named = { ...allLinear, targetModules: ['q_proj'] };
    expect(adapterWeights(modelShape(file), named, 1)).toBe(
      adapterWeights(modelShape(path.dirname(file)), allLinear, 1),
    );
  });

  it.each([
    ['llama-tied', ['q_proj', 'lm_head'], 'field "lora.targetModules": found "lm_head"'],
    ['baichuan-7b', null, 'there are none by default for baichuan'],
  ])('refuses %s with %j', (name, targetModules, message) => {
    const count = () => adapterWeights(modelShape(path.join(reference, name)), { ...allLinear, targetModules }, 0);
    expect(count).toThrow(InputError);
    expect(count).toThrow(message);
  });
});
