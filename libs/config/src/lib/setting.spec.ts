import { parseSetting } from './setting';

describe('parseSetting', () => {
  it.each([
    ['finetune.weights.rank=0.5', { finetune: { weights: { rank: 0.5 } } }],
    ['pretrain=null', { pretrain: null }],
    ['model=../m', { model: '../m' }],
    ['finetune.lora.rank=8', { finetune: { lora: { rank: 8 } } }],
    [
      'pretrain.lora.targetModules=["q_proj","v_proj"]',
      { pretrain: { lora: { targetModules: ['q_proj', 'v_proj'] } } },
    ],
    ['measures=["AP"]', { measures: ['AP'] }],
  ])('reads %s', (text, patch) => {
    expect(parseSetting(text)).toEqual(patch);
  });

  it('suggests the near name of a misspelt path', () => {
    expect(() => parseSetting('finetune.step=3')).toThrow('found unknown key "step", expected "steps"');
  });

  it('knows the settings of adapters', () => {
    expect(() => parseSetting('finetune.lora.rnk=3')).toThrow('found unknown key "rnk", expected "rank"');
  });

  it('refuses a path that goes on behind a plain value', () => {
    expect(() => parseSetting('seed.x=3')).toThrow('expected no key inside "seed"');
  });

  it('asks for path=value', () => {
    expect(() => parseSetting('steps')).toThrow('path=value');
  });
});
