import { parseRunConfig, quick, type ConfigPatch, type RunConfig } from '@tsarank/config';
import { defineAblation, parseAblation, withPreset, type AblationSpec } from './ablation-spec';
import { expandAblation } from './expand-ablation';
import { levels } from './variants';

const hashesOf = (config: RunConfig): Record<string, string> => ({
  model: 'm',
  collection: 'c',
  ...(config.pretrain ? { pairs: 'p' } : {}),
});
const options = { hashesOf, engine: 'cpu' } as const;
const spec = defineAblation({
  name: 'parts',
  question: 'Which part?',
  base: quick,
  variants: {
    recipe: {},
    'no-rank': { finetune: { weights: { rank: 0 } } },
    'no-stage-one': { pretrain: null },
    'zero-shot': { pretrain: null, finetune: null },
    same: { finetune: { topLayers: quick.finetune!.topLayers } },
  },
  baseline: 'recipe',
  seeds: [0, 1],
  measures: ['nDCG@10'],
});
const withBase = (patch: Partial<RunConfig>): AblationSpec => ({ ...spec, base: { ...spec.base, ...patch } });

describe('adapters as a factor', () => {
  const factor = levels('rank', [2, 4], (rank) => ({ finetune: { lora: { rank } } }));
  const grown = { recipe: {}, none: { finetune: { lora: null } }, ...factor };
  const plan = expandAblation({ ...spec, variants: grown, seeds: [0] }, options);

  it('takes each level for a run of its own, and none for what there was before', () => {
    const ids = Object.fromEntries(plan.cells.map(({ variant, runId }) => [variant, runId]));
    expect(ids['none']).toBe(ids['recipe']);
    expect(ids['recipe']).toBe(expandAblation(spec, options).cells[0]!.runId);
    expect(new Set(Object.values(ids)).size).toBe(3);
    const run = plan.runs.find(({ runId }) => runId === ids['rank-4'])!;
    expect(run.config.finetune!.lora).toEqual({ rank: 4, alpha: 16, targetModules: null });
    expect(new Set(plan.runs.filter(({ kind }) => kind === 'finetune').map(({ parent }) => parent)).size).toBe(1);
  });

  it('is part of stage one where it is set there', () => {
    const staged = expandAblation(
      { ...spec, variants: { recipe: {}, one: { pretrain: { lora: { rank: 2 } } } }, seeds: [0] },
      options,
    );
    expect(staged.runs.filter(({ kind }) => kind === 'pretrain')).toHaveLength(2);
  });
});

describe('expandAblation', () => {
  const plan = expandAblation(spec, options);
  const idOf = (variant: string, seed = 0): string =>
    plan.cells.find((cell) => cell.variant === variant && cell.seed === seed)!.runId;

  it('makes one complete configuration for each variant and seed', () => {
    expect(plan.cells).toHaveLength(10);
    for (const run of plan.runs) expect(parseRunConfig(run.config)).toEqual(run.config);
  });

  it('runs stage one once a seed, before all else', () => {
    // Without training the base model scores once for both seeds.
    const kinds = ['pretrain', 'pretrain', ...Array(6).fill('finetune'), ...Array(2 * 7).fill('score')];
    expect(plan.runs.map((run) => run.kind)).toEqual(kinds);
    const stageIds = plan.runs.filter(({ kind }) => kind === 'finetune').flatMap(({ parent }) => parent ?? []);
    expect(new Set(stageIds)).toEqual(new Set(plan.runs.slice(0, 2).map((run) => run.runId)));
  });

  it('runs equal settings once', () => {
    expect(idOf('same')).toBe(idOf('recipe'));
    expect(idOf('same')).not.toBe(idOf('recipe', 1));
  });

  it('gives the same ids every time, 16 hexadecimal digits', () => {
    expect(expandAblation(structuredClone(spec), options)).toEqual(plan);
    for (const run of plan.runs) expect(run.runId).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['the engine', spec, { ...options, engine: 'wasm' as const }],
    ['the behaviour version', spec, { ...options, behaviourVersion: 99 }],
    ['the precision', withBase({ precision: 'bfloat16' }), options],
  ])('another id for a change of %s', (_, changed, changedOptions) => {
    const ids = expandAblation(changed, changedOptions).cells.map((cell) => cell.runId);
    expect(ids.filter((id) => plan.cells.some((cell) => cell.runId === id))).toEqual([]);
  });

  it('shares stage one between sweeps that differ in what stage one does not read', () => {
    const other = expandAblation(withBase({ data: { ...quick.data, testQueries: 3 } }), options);
    expect(other.runs[0]!.runId).toBe(plan.runs[0]!.runId);
    expect(other.runs[2]!.runId).toBe(plan.runs[2]!.runId);
    expect(other.runs.at(-2)!.runId).not.toBe(plan.runs.at(-2)!.runId);
  });

  it('trains anew for other training data, and only scores anew for another test set', () => {
    const idsWith = (hashes: Record<string, string>, kind: string): string[] =>
      expandAblation(spec, { ...options, hashesOf: (config) => ({ ...hashesOf(config), ...hashes }) })
        .runs.filter((run) => run.kind === kind)
        .map(({ runId }) => runId);
    expect(idsWith({ collection: 'other' }, 'pretrain')).toEqual(idsWith({}, 'pretrain'));
    expect(idsWith({ collection: 'other' }, 'finetune')).not.toEqual(idsWith({}, 'finetune'));
    expect(idsWith({ 'set inDomain': 'other' }, 'finetune')).toEqual(idsWith({}, 'finetune'));
    const scores = idsWith({}, 'score');
    expect(idsWith({ 'set inDomain': 'other' }, 'score').filter((id) => scores.includes(id))).toHaveLength(7);
  });

  it('takes a file of groups by its content, whatever its name and the pool that negatives are mined from', () => {
    const idsOf = (groups: string, hash: string, data = {}): string[] =>
      expandAblation(withBase({ data: { ...quick.data, ...data }, finetune: { ...quick.finetune!, groups } }), {
        ...options,
        hashesOf: ({ pretrain }) => ({ model: 'm', ...(pretrain ? { pairs: 'p' } : {}), groups: hash }),
      })
        .runs.filter(({ kind }) => kind === 'finetune')
        .map(({ runId }) => runId);
    const first = idsOf('a.jsonl', 'g');
    expect(idsOf('elsewhere/b.jsonl', 'g', { negativePool: 99 })).toEqual(first);
    expect(idsOf('a.jsonl', 'h').filter((id) => first.includes(id))).toEqual([]);
    expect(first.filter((id) => plan.runs.some(({ runId }) => runId === id))).toEqual([]);
    const mined = expandAblation(withBase({ finetune: { ...quick.finetune!, groups: 'mined' } }), options);
    expect(mined.runs.map(({ runId }) => runId)).toEqual(plan.runs.map(({ runId }) => runId));
  });

  it('takes frozen blocks for the blocks above them: the same runs, the same label', () => {
    const variants = { recipe: {}, frozen: { finetune: { frozenLayers: 3 } }, top: { finetune: { topLayers: 1 } } };
    const known = { ...options, blocksOf: () => 4 };
    const sweep = expandAblation({ ...spec, variants, label: '{trainable}', seeds: [0] }, known);
    const [, frozen, top] = sweep.cells;
    expect(frozen!.runId).toBe(top!.runId);
    expect(sweep.labels['frozen']).toBe('Top block trains, 3 of 4 frozen');
    const based = { ...spec, base: { ...quick, finetune: { ...quick.finetune!, frozenLayers: 1 } }, variants };
    const plans = expandAblation({ ...based, seeds: [0] }, known);
    const trained = (variant: string): number =>
      plans.runs.find(({ runId }) => runId === plans.cells.find((cell) => cell.variant === variant)!.runId)!.config
        .finetune!.topLayers;
    expect(['recipe', 'frozen', 'top'].map(trained)).toEqual([3, 1, 1]);
    const wrong = (finetune: object): unknown =>
      expandAblation({ ...spec, variants: { recipe: {}, wrong: { finetune } } }, known);
    expect(() => wrong({ frozenLayers: 4 })).toThrow('finetune.frozenLayers": found 4, expected at most 3 of the 4');
    expect(() => wrong({ frozenLayers: 1, topLayers: 2 })).toThrow('found frozenLayers 1 and topLayers 2');
  });

  it('runs nothing for another measure', () => {
    const measured = expandAblation({ ...spec, measures: ['nDCG@10', 'AP'] }, options);
    expect(measured.runs.map(({ runId }) => runId)).toEqual(plan.runs.map(({ runId }) => runId));
  });

  it('names variant and field of a wrong difference', () => {
    const variants = { ...spec.variants, wrong: { finetune: { negatives: 0 } } };
    expect(() => expandAblation({ ...spec, variants }, options)).toThrow(
      'field "parts: variants.wrong.finetune.negatives": found 0, expected a number above 0',
    );
    const misspelt = { ...spec.variants, wrong: { finetune: { negativs: 1 } } as ConfigPatch };
    expect(() => expandAblation({ ...spec, variants: misspelt }, options)).toThrow('expected "negatives"');
  });
});

describe('a spec', () => {
  it('is refused by the compiler for a misspelt baseline, measure or knob', () => {
    const wrong = (): unknown[] => [
      // @ts-expect-error no such variant
      defineAblation({ ...spec, variants: { a: {} }, baseline: 'b', measures: ['AP'], labels: {}, groups: {} }),
      // @ts-expect-error no such measure
      defineAblation({ ...spec, variants: { a: {} }, baseline: 'a', measures: ['nDGC@10'], labels: {}, groups: {} }),
      defineAblation({
        ...spec,
        // @ts-expect-error no such knob
        variants: { a: { seeed: 1 } },
        baseline: 'a',
        measures: ['AP'],
        labels: {},
        groups: {},
      }),
    ];
    expect(wrong).toThrow();
  });

  it('from JSON says the near variant of a misspelt baseline', () => {
    expect(() => parseAblation({ ...spec, baseline: 'recipie' }, { file: 'x.json' })).toThrow(
      'x.json: field "baseline": found "recipie", expected the variant "recipe"',
    );
  });

  it('from JSON says the near key of a misspelt one, and the nearest measure', () => {
    expect(() => parseAblation({ ...spec, sedes: [1] })).toThrow('field "sedes": found unknown key, expected "seeds"');
    expect(() => parseAblation({ ...spec, measures: ['nDGC@10'] })).toThrow('nDCG@10');
  });

  it('refuses a seed given twice', () => {
    expect(() => parseAblation({ ...spec, seeds: [1, 1] })).toThrow('every seed once');
  });
});

describe('what would be passed over or cut down', () => {
  const input = { ...spec, labels: undefined, groups: undefined };
  const read = (patch: object): AblationSpec => parseAblation({ ...JSON.parse(JSON.stringify(input)), ...patch });
  const variant = (patch: object): object => ({ variants: { recipe: {}, other: patch } });

  it.each([
    ['a seed in a variant', variant({ seed: 3 }), 'variants.other.seed": found 3, expected "seeds"'],
    ['measures in a variant', variant({ measures: ['AP'] }), 'variants.other.measures'],
    ['a base seed that no run takes', { base: { ...quick, seed: 5 } }, 'base.seed": found 5'],
    ['base measures beside others', { base: { ...quick, measures: ['AP'] } }, 'base.measures": found AP'],
    ['a measure twice', { measures: ['AP', 'AP'] }, 'field "measures"'],
    ['an order that lacks a name', { ...variant({}), order: ['recipe'] }, 'field "order": found recipe'],
    [
      'a variant with the name of another row',
      { variants: { recipe: {}, bm25: {} } },
      'found "bm25", expected another name',
    ],
    ['names that JavaScript sorts', { variants: { recipe: {}, 8: {}, 2: {} } }, 'found "2", a whole number'],
  ])('is refused: %s', (_, patch, message) => {
    expect(() => read(patch)).toThrow(message);
  });

  it('keeps the order that a spec gives to names that are numbers', () => {
    const ordered = read({ variants: { recipe: {}, 8: {}, 2: { pretrain: null } }, order: ['recipe', '8', '2'] });
    expect(
      expandAblation(ordered, options)
        .cells.map(({ variant }) => variant)
        .slice(0, 3),
    ).toEqual(['recipe', '8', '2']);
  });

  it.each([
    [{ finetune: { topLayers: 99 } }, 'finetune.topLayers": found 99, expected at most 4, the blocks of tiny'],
    [{ pretrain: { topLayers: 5 } }, 'pretrain.topLayers": found 5'],
    [{ finetune: { negatives: 99 } }, 'finetune.negatives": found 99, expected at most data.negativePool (20)'],
  ])('is refused: %j', (patch, message) => {
    const deep = { ...spec, variants: { recipe: {}, deep: patch } };
    expect(() => expandAblation(deep, { ...options, blocksOf: () => 4 })).toThrow(message);
  });
});

describe('a base by the name of a preset', () => {
  const json = { name: 'mine', question: 'Q?', variants: { a: {} }, baseline: 'a', seeds: [0], measures: ['AP'] };

  it('is that preset, with changes where they are given', () => {
    expect(parseAblation({ ...json, base: 'quick' }).base).toEqual(quick);
    const changed = parseAblation({ ...json, base: { preset: 'quick', finetune: { steps: 9 } } });
    expect(changed.base.finetune).toEqual({ ...quick.finetune, steps: 9 });
  });

  it('names the nearest of a misspelt one', () => {
    expect(() => parseAblation({ ...json, base: 'quik' })).toThrow(
      'field "base": found "quik", expected the preset "quick"',
    );
  });
});

describe('levels for a preset', () => {
  const own = defineAblation({
    ...spec,
    baseline: 'recipe',
    measures: ['AP'],
    variants: { recipe: {}, 'n-1': { finetune: { negatives: 1 } } },
    presets: { published: { 'n-7': { finetune: { negatives: 7 } } } },
    label: '{negatives}',
    order: undefined,
    labels: undefined,
    groups: undefined,
  });

  it('replace the variants when that preset is the base, and labels follow', () => {
    const plan = expandAblation(withPreset(own, 'published'), options);
    expect(plan.labels).toEqual({ recipe: '47 negatives (groups of 48)', 'n-7': '7 negatives (groups of 8)' });
    expect(Object.keys(withPreset(own, 'tiny').variants)).toEqual(['recipe', 'n-1']);
  });
});
