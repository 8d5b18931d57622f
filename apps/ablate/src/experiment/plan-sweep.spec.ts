import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quick } from '@tsarank/config';
import { loadExperiment } from './experiment-file';
import { changedSpec, engineOfEnvironment } from './plan-sweep';

const spec = loadExperiment('recipe');
const options = { out: 'runs', json: false };

describe('changedSpec', () => {
  it('changes the base by preset, file, settings and options, the later over the earlier', () => {
    const config = path.join(mkdtempSync(path.join(tmpdir(), 'config-')), 'mine.json');
    writeFileSync(config, JSON.stringify({ finetune: { steps: 7, negatives: 4 }, model: 'from-file' }));
    const set = ['finetune.negatives=5', 'engine=cpu'];
    const { base, seeds } = changedSpec(spec, {
      ...options,
      preset: 'quick',
      config,
      set,
      model: 'from-option',
      seeds: '3,4',
    });
    expect(base.finetune).toEqual({ ...quick.finetune, steps: 7, negatives: 5 });
    expect(base).toMatchObject({ engine: 'cpu', model: 'from-option', data: quick.data });
    expect(seeds).toEqual([3, 4]);
  });

  it('says what is wrong with a setting', () => {
    expect(() => changedSpec(spec, { ...options, set: ['finetune.step=1'] })).toThrow('expected "steps"');
    const zero = { ...options, set: ['finetune.negatives=0'] };
    expect(() => changedSpec(spec, zero)).toThrow('--set finetune.negatives=0: field "finetune.negatives": found 0');
  });

  it('takes measures for those of the experiment, and refuses a seed, which nothing would read', () => {
    expect(changedSpec(spec, { ...options, set: ['measures=["AP"]'] }).measures).toEqual(['AP']);
    expect(() => changedSpec(spec, { ...options, set: ['measures=["foo"]'] })).toThrow('foo');
    expect(() => changedSpec(spec, { ...options, set: ['measures=["AP","AP"]'] })).toThrow('every measure once');
    expect(() => changedSpec(spec, { ...options, set: ['seed=7'] })).toThrow('found seed 7, expected --seeds');
    expect(() => changedSpec(spec, { ...options, seeds: '0,0' })).toThrow(
      'field "--seeds": found "0,0", expected every',
    );
  });

  it('says which key of which config file is unknown', () => {
    const config = path.join(mkdtempSync(path.join(tmpdir(), 'config-')), 'mine.json');
    writeFileSync(config, JSON.stringify({ finetune: { negativs: 3 } }));
    expect(() => changedSpec(spec, { ...options, config })).toThrow(
      `${config}: field "finetune.negativs": found unknown key, expected "negatives"`,
    );
  });
});

describe('engineOfEnvironment', () => {
  it('is the engine that TSARANK_ENGINE names, and nothing where it leaves the choice', () => {
    expect(['wasm', 'auto', '', undefined].map((name) => engineOfEnvironment(name))).toEqual([
      'wasm',
      undefined,
      undefined,
      undefined,
    ]);
    expect(() => engineOfEnvironment('metal')).toThrow(
      'field "TSARANK_ENGINE": found "metal", expected one of tensorflow-gpu',
    );
  });
});
