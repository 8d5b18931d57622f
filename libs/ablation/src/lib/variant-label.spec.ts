import { applyPatch, published, tiny, type ConfigPatch } from '@tsarank/config';
import { variantLabel } from './variant-label';

const label = (text: string | undefined, patch: ConfigPatch = {}, blocks?: number, base = tiny): string =>
  variantLabel(text, 'a-variant', { config: applyPatch(base, patch), blocks });

describe('variantLabel', () => {
  it.each<[string, ConfigPatch, number | undefined, string]>([
    ['{negatives}', {}, 4, '1 negative (groups of 2)'],
    ['{negatives}', { finetune: { negatives: 47 } }, 24, '47 negatives (groups of 48)'],
    ['{trainable}', { finetune: { topLayers: 1 } }, undefined, 'Top block trains'],
    ['{trainable}', { finetune: { topLayers: 4 } }, 24, 'Top 4 blocks train, 20 of 24 frozen'],
    ['{trainable}', { finetune: { topLayers: 4 } }, 4, 'All 4 blocks train'],
    ['{trainable}', { finetune: { topLayers: 0 } }, 4, 'Every weight trains'],
    ['{stages}, {stageOne}', { pretrain: { steps: 5 } }, 4, 'Both stages, 5 steps of stage one'],
    ['{stages}', { finetune: null }, 4, 'Stage one only'],
    ['{stages}', { pretrain: null }, 4, 'Stage two only'],
    ['{recipe}', {}, 4, 'Full recipe'],
    ['{recipe}', { pretrain: null, finetune: { weights: { rank: 0 } } }, 4, 'Recipe without stage one and rank loss'],
    ['{recipe}', { pretrain: null, finetune: null }, 4, 'Zero-shot'],
    ['{losses}', {}, 4, 'All losses of weight 1'],
    ['{losses}', { finetune: { weights: { nextToken: 0.5 } } }, 4, 'Next-token loss × 0.5'],
    ['{losses}', { finetune: { weights: { nextToken: 0, differencePenalty: 0 } } }, 4, 'Rank loss alone'],
    ['{adapters}', { finetune: { topLayers: 0, lora: { rank: 8 } } }, 4, 'Adapters of rank 8, every block'],
    ['rate {finetune.learningRate}', { finetune: { learningRate: 0.5 } }, 4, 'rate 0.5'],
    ['Plain words', {}, 4, 'Plain words'],
  ])('%s of %j and %s blocks is %s', (text, patch, blocks, expected) => {
    expect(label(text, patch, blocks)).toBe(expected);
  });

  it('is the variant’s name where there is none', () => {
    expect(label(undefined)).toBe('a-variant');
  });

  it('says the near phrase of a misspelt one', () => {
    expect(() => label('{negativs}')).toThrow('field "labels.a-variant": found {negativs}, expected {negatives}');
    expect(() => label('{finetune}')).toThrow('found {finetune}');
  });

  it.each([
    ['1 negative', 'where the configuration has 47, expected {negatives}'],
    ['Top 2 blocks', 'where the configuration has 16, expected {trainable}'],
    ['top block trains', 'where the configuration has 16'],
  ])('refuses plain words that the configuration belies: %s', (text, message) => {
    expect(() => label(text, {}, 24, published)).toThrow(message);
  });
});
