import { defineAblation, withPreset } from '@tsarank/ablation';
import { published, tiny } from '@tsarank/config';
import { fitToModel } from './fit-to-model';

const spec = defineAblation({
  name: 'depth',
  question: 'How deep?',
  base: tiny,
  variants: { recipe: {} },
  presets: {
    published: {
      'top-2': { finetune: { topLayers: 2 } },
      'top-8': { finetune: { topLayers: 8 } },
      all: { finetune: { topLayers: 0 } },
    },
  },
  baseline: 'recipe',
  seeds: [0],
  measures: ['AP'],
});
const large = withPreset(spec, 'published');

describe('fitToModel', () => {
  const notices: string[] = [];
  const fitted = (blocks: number, set: string[] = []) =>
    fitToModel(large, { preset: 'published', set }, { blocksOf: () => blocks, onNotice: (text) => notices.push(text) });
  beforeEach(() => void notices.splice(0));

  it('lets all blocks of a shallow model train, leaves out deeper levels, and says both', () => {
    const { base, variants } = fitted(4);
    expect(base.finetune?.topLayers).toBe(4);
    expect(Object.keys(variants)).toEqual(['recipe', 'top-2', 'all']);
    expect(notices).toEqual([
      'preset published trains the top 16 blocks; tiny has 4, which all train',
      'left out, for tiny has 4 blocks: top-8',
    ]);
  });

  it('changes nothing for a model that is deep enough', () => {
    expect(fitted(24)).toEqual(large);
    expect(notices).toEqual([]);
  });

  it('leaves alone what the user set, which is checked later', () => {
    const asked = { ...large, base: { ...published, finetune: { ...published.finetune!, topLayers: 9 } } };
    const options = { preset: 'published', set: ['finetune.topLayers=9'] };
    const { base } = fitToModel(asked, options, { blocksOf: () => 4, onNotice: () => undefined });
    expect(base.finetune?.topLayers).toBe(9);
  });
});
