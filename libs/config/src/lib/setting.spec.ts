import { parseSetting } from './setting';

describe('parseSetting', () => {
  it.each([
    ['finetune.weights.rank=0.5', { finetune: { weights: { rank: 0.5 } } }],
    ['pretrain=null', { pretrain: null }],
    ['model=../m', { model: '../m' }],
    ['measures=["AP"]', { measures: ['AP'] }],
  ])('reads %s', (text, patch) => {
    expect(parseSetting(text)).toEqual(patch);
  });

  it('suggests the near name of a misspelt path', () => {
    expect(() => parseSetting('finetune.step=3')).toThrow('found unknown key "step", expected "steps"');
  });

  it('refuses a path that goes on behind a plain value', () => {
    expect(() => parseSetting('seed.x=3')).toThrow('expected no key inside "seed"');
  });

  it('asks for path=value', () => {
    expect(() => parseSetting('steps')).toThrow('path=value');
  });
});
