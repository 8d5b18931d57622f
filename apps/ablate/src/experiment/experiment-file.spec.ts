import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandAblation } from '@tsarank/ablation';
import { quick } from '@tsarank/config';
import { experimentNames, loadExperiment } from './experiment-file';

describe('experiments', () => {
  it('are those of the repository', () => {
    expect(experimentNames()).toEqual(['lora', 'loss-weights', 'negatives', 'recipe', 'stages', 'trainable-layers']);
  });

  it.each(experimentNames())('%s expands to complete configurations', (name) => {
    const spec = loadExperiment(name);
    expect(spec.name).toBe(name);
    const plan = expandAblation(spec, { hashesOf: () => ({ model: 'm' }), engine: 'wasm' });
    expect(plan.cells).toHaveLength(Object.keys(spec.variants).length * spec.seeds.length);
  });

  it('recipe has the parts that its table promises', () => {
    const { variants } = loadExperiment('recipe');
    const levelsOf = (values: unknown[]): number => new Set(values.filter((value) => value !== undefined)).size;
    expect(levelsOf(Object.values(variants).map((patch) => patch.finetune?.topLayers))).toBeGreaterThanOrEqual(3);
    expect(levelsOf(Object.values(variants).map((patch) => patch.finetune?.negatives))).toBeGreaterThanOrEqual(2);
  });

  it('say the near name of a misspelt one', () => {
    expect(() => loadExperiment('recipie')).toThrow('No experiment "recipie". Did you mean "recipe"?');
    expect(() => loadExperiment('tabel', ['table'])).toThrow('Did you mean "table"?');
    expect(() => loadExperiment('quantum')).toThrow('There are lora, loss-weights, negatives');
  });

  it('may be JSON or TypeScript files of one experiment anywhere', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'experiment-'));
    const spec = {
      name: 'mine',
      question: '?',
      base: quick,
      variants: { a: {} },
      baseline: 'a',
      seeds: [0],
      measures: ['AP'],
    };
    const file = path.join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify(spec));
    expect(loadExperiment(file)).toEqual(spec);
    writeFileSync(file, JSON.stringify({ ...spec, base: { ...quick, modle: 1 } }));
    expect(() => loadExperiment(file)).toThrow('field "base.modle": found unknown key, expected "model"');
    const none = path.join(folder, 'none.ts');
    writeFileSync(none, 'export const a = 1;');
    expect(() => loadExperiment(none)).toThrow('found 0 exported experiments, expected one');
    expect(() => loadExperiment('./gone.ts')).toThrow('./gone.ts: no such file');
  });
});
