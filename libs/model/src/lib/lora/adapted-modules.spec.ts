import { InputError } from '@tsarank/io';
import { adaptedModules } from './adapted-modules';
import type { AdapterConfig } from './adapter-config';

const plain: AdapterConfig = {
  rank: 4,
  alpha: 8,
  scaledByRoot: false,
  targets: ['q_proj'],
  excluded: [],
  layers: null,
  layerPatterns: [],
  ranks: [],
  alphas: [],
  replaced: [],
};
const modules = [
  ...[0, 1, 11].flatMap((layer) =>
    ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.c_proj'].map((name) => `model.layers.${layer}.${name}`),
  ),
  'lm_head',
];
const namesOf = (changes: Partial<AdapterConfig>, modelType = 'llama'): string[] => [
  ...adaptedModules({ ...plain, ...changes }, { modules, modelType, file: 'adapter_config.json' }).keys(),
];
const inLayers = (layers: number[], ...names: string[]): string[] =>
  layers.flatMap((layer) => names.map((name) => `model.layers.${layer}.${name}`));
const [query, value, product] = ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.c_proj'] as const;

describe('adaptedModules', () => {
  it.each<[string, Partial<AdapterConfig>, string[]]>([
    ['the end of a name', {}, inLayers([0, 1, 11], query)],
    ['an end of two parts', { targets: ['mlp.c_proj'] }, inLayers([0, 1, 11], product)],
    ['no end that begins within a part', { targets: ['proj', '_proj'] }, []],
    ['a whole name', { targets: ['model.layers.1.mlp.c_proj', 'lm_head'] }, [...inLayers([1], product), 'lm_head']],
    [
      'a text as a pattern of the whole name',
      { targets: String.raw`.*\.[01]\..*_proj` },
      inLayers([0, 1], query, value, product),
    ],
    ['a pattern that fits a part only as nothing', { targets: 'q_proj' }, []],
    ['all but the head', { targets: 'all-linear' }, inLayers([0, 1, 11], query, value, product)],
    ["PEFT's default of the family", { targets: null }, inLayers([0, 1, 11], query, value)],
    [
      'nothing that is excluded',
      { targets: ['q_proj', 'v_proj'], excluded: ['v_proj', 'layers.1.self_attn.q_proj'] },
      inLayers([0, 11], query),
    ],
    ['nothing that is replaced', { targets: ['q_proj', 'lm_head'], replaced: ['head'] }, inLayers([0, 1, 11], query)],
    ['blocks by number, not by digit', { layers: [1] }, inLayers([1], query)],
    [
      'a whole name whatever the blocks',
      { targets: ['q_proj', 'lm_head'], layers: [1] },
      [...inLayers([1], query), 'lm_head'],
    ],
    ['blocks behind a name', { layers: [0, 11], layerPatterns: ['blocks', 'layers'] }, inLayers([0, 11], query)],
    ['no block behind another name', { layers: [0], layerPatterns: ['h'] }, []],
  ])('takes %s', (_, changes, expected) => {
    expect(namesOf(changes)).toEqual(expected);
  });

  it('gives a module the rank and alpha of the first pattern that its name ends in', () => {
    const ranks = [
      [String.raw`layers\.1\..*`, 2],
      ['c_proj', 16],
    ] as const;
    const adapted = adaptedModules(
      { ...plain, targets: 'all-linear', ranks, alphas: [['v_proj', 32]] },
      { modules, modelType: 'llama' },
    );
    expect(adapted.get('model.layers.0.mlp.c_proj')).toEqual({ rank: 16, scale: 8 / 16 });
    expect(adapted.get('model.layers.1.mlp.c_proj')).toEqual({ rank: 2, scale: 8 / 2 });
    expect(adapted.get('model.layers.0.self_attn.v_proj')).toEqual({ rank: 4, scale: 32 / 4 });
  });

  it('divides by the root of the rank where it is asked to', () => {
    expect(
      adaptedModules({ ...plain, scaledByRoot: true }, { modules, modelType: 'llama' }).get(
        'model.layers.0.self_attn.q_proj',
      )!.scale,
    ).toBe(4);
  });

  it.each<[string, Partial<AdapterConfig>, string]>([
    [
      'no targets in a family without a default',
      { targets: null },
      'field "target_modules": found nothing, expected names of modules: there are none by default for qwen',
    ],
    ['a pattern that is none', { targets: '(' }, 'field "target_modules": found "(", expected a regular expression'],
    [
      'a pattern without end',
      { ranks: [['(x+x+)+y', 2]], targets: ['q_proj'] },
      'field "rank_pattern": found "(?:.*\\\\.)?(?:(x+x+)+y)", expected a pattern that is decided within 1000 ms',
    ],
    [
      'blocks beside a text',
      { targets: '.*', layers: [1] },
      'field "layers_to_transform": found 1, expected null where target_modules is a text',
    ],
  ])('refuses %s', (_, changes, message) => {
    const long = [...modules, `${'x'.repeat(60)}.q_proj`, `${'x'.repeat(60)}`];
    const find = () =>
      adaptedModules(
        { ...plain, ...changes },
        { modules: [`layers.0.${'x'.repeat(60)}.q_proj`, ...long], modelType: 'qwen', file: 'a.json' },
      );
    expect(find).toThrow(InputError);
    expect(find).toThrow(message);
  });
});
