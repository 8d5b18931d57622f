import { expandAblation } from '@tsarank/ablation';
import { tiny, type ConfigPatch } from '@tsarank/config';
import type { Calibration } from '@tsarank/estimate';
import { describePlan, unfinishedRuns, type DescribePlanOptions, type RunState } from './describe-plan';
import { planJson } from './plan-json';
import { planTable } from './plan-table';

const calibration: Calibration = {
  counted: [],
  load: { start: 1, model: 1, pairs: 1, index: 1, end: 0 },
  pretrain: { fixed: 80, perPass: 0, perFlop: 0 },
  finetune: { fixed: 150, perPass: 0, perFlop: 0 },
  evaluate: { fixed: 9, perPass: 0, perFlop: 0 },
};

function planned(variants: Record<string, ConfigPatch>, seeds = [0]) {
  const base = { ...tiny, engine: 'wasm' as const };
  const question =
    'What does each part of a recipe with a rather long question do, when everything else stays as it is in the base?';
  return expandAblation(
    { name: 'parts', question, base, variants, baseline: Object.keys(variants)[0]!, seeds, measures: ['nDCG@10'] },
    { hashesOf: () => ({ model: 'm' }) },
  );
}

const described = (plan: ReturnType<typeof planned>, options: Partial<DescribePlanOptions> = {}) =>
  describePlan(plan, {
    out: '/nowhere',
    jobs: 2,
    calibrationOf: () => calibration,
    stateOf: () => 'to do',
    ...options,
  });
const variants = {
  full: {},
  same: { finetune: { topLayers: 2 } },
  'no-difference-penalty': { finetune: { weights: { differencePenalty: 0 } } },
  'a-variant-with-a-name-of-more-than-thirty-characters': {
    pretrain: null,
    finetune: null,
    text: { maxDocumentTokens: 31 },
  },
};

describe('planTable', () => {
  const text = planTable(described(planned(variants)));
  const lines = text.split('\n');

  it('keeps every line within 120 columns', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(planTable(described(planned(variants), { calibrationOf: () => undefined }))).toContain('  -  ');
  });

  it('says what is shared, what sets a variant apart, and what all of it takes', () => {
    expect(text).toContain(
      '4 variants x 1 seed take 2 runs of stage two and 6 scoring runs; equal variants share theirs; 2 of them start from 1 run\nof stage one.',
    );
    expect(text).toContain('9 runs, 0 done, 9 to do');
    expect(text).toMatch(/2 runs +to do .* scores on outOfDomain +of every trained model/);
    expect(lines.find((line) => line.includes('full +1'))).toMatch(/from [0-9a-f]{8} {2}shared by 2 {2}baseline$/);
    expect(lines.find((line) => line.includes('no-difference'))).toContain('differencePenalty 1 → 0');
    expect(text).toMatch(
      /To do: [\d.,]+ TFLOP; with 2 runs at a time [\d.]+ GiB of memory, about 4m21s on this machine\.\n$/,
    );
  });

  it('counts what is done, and takes no time for it', () => {
    const plan = planned(variants);
    const stateOf = ({ kind, variant }: { kind: string; variant: string }): RunState =>
      kind === 'pretrain' || variant === 'full' ? 'done' : variant.startsWith('no-') ? 'failed' : 'to do';
    const done = planTable(described(plan, { stateOf }));
    expect(done).toContain('9 runs, 4 done, 3 failed, 6 to do');
    expect(done).toMatch(/about 4m09s on this machine/);
    expect(unfinishedRuns(plan, stateOf, '/nowhere').map(({ kind }) => kind)).toEqual([
      'pretrain',
      'finetune',
      'score',
      'score',
      'score',
      'score',
    ]);
    expect(planTable(described(plan, { stateOf: () => 'done' }))).toMatch(/\nNothing is left to do\.\n$/);
  });

  it('names runs that are too large for the machine', () => {
    const small = planTable(described(planned(variants), { freeMemory: 2 ** 28 }));
    expect(small).toMatch(/Warning: run [0-9a-f]{16} \(full \+1\) needs about [\d.]+ GiB, and 0\.3 GiB are free/);
    expect(small).toContain('Warning: 6 more runs need more memory than there is');
  });
});

describe('planJson', () => {
  it('holds all of it as data', () => {
    const json = planJson(described(planned(variants, [0, 1]))) as {
      totals: Record<string, number>;
      runs: Record<string, unknown>[];
    };
    expect(json.totals).toMatchObject({ runs: 16, done: 0, toDo: 16 });
    expect(json.runs[0]).toMatchObject({
      kind: 'pretrain',
      variants: ['stage one'],
      startsFrom: 2,
      state: 'to do',
      seed: 0,
    });
    expect(json.runs[2]).toMatchObject({ kind: 'finetune', variants: ['full', 'same'], differences: [] });
    expect(json.runs[3]).toMatchObject({
      differences: [{ path: 'finetune.weights.differencePenalty', from: 1, to: 0 }],
    });
    expect(json.runs[3]!['estimate']).toMatchObject({
      flops: expect.any(Number),
      memory: expect.any(Number),
      seconds: expect.any(Number),
    });
  });
});
