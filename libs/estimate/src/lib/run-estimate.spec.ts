import type { PlannedRun } from '@tsarank/ablation';
import { applyPatch, evaluationSets, quick, tiny, type ConfigPatch, type RunConfig } from '@tsarank/config';
import { calibrate, fitSteps } from './probe/calibrate';
import type { ModelShape } from './model-shape';
import { estimateRun, type Calibration } from './run-estimate';
import { mostTokens, tokensKey, tokensOf } from './run-tokens';

/** Two blocks of 100 weights, an output matrix of 4 x 10. */
const shape: ModelShape = {
  weights: 240,
  blocks: 2,
  hidden: 4,
  intermediate: 8,
  heads: 2,
  keyValueHeads: 1,
  headSize: 2,
  vocabulary: 10,
  tiedHead: true,
};
/** SmolLM2-135M. */
const smol: ModelShape = {
  weights: 134_515_008,
  blocks: 30,
  hidden: 576,
  intermediate: 1536,
  heads: 9,
  keyValueHeads: 3,
  headSize: 64,
  vocabulary: 49_152,
  tiedHead: true,
};
const planned = (patch: ConfigPatch, kind: PlannedRun['kind'] = 'finetune'): PlannedRun => {
  const config = applyPatch<RunConfig>({ ...tiny, engine: 'tensorflow' }, patch);
  const [set] = evaluationSets(config);
  return {
    kind,
    runId: '0123456789abcdef',
    variant: 'full',
    seed: 0,
    config,
    dataHashes: {},
    behaviourVersion: 1,
    ...(kind === 'score' ? { set: { ...set!, id: '' } } : {}),
  };
};

describe('operations', () => {
  // Prompts of 2 + 8 tokens, queries of 3: rows of 12 places in stage two, 13 with the end of the text.
  const text = { maxDocumentTokens: 2, maxQueryTokens: 3 };
  const forward = (tokens: number, length: number, blocks: number): number =>
    blocks * tokens * (2 * 100 + 4 * length * 4);
  const head = (rows: number): number => 2 * rows * 4 * 10;

  it('of stage one: forward, twice that backward, the head three times where it trains', () => {
    const run = planned({ text, pretrain: { steps: 5, batchSize: 2, topLayers: 0 } }, 'pretrain');
    expect(estimateRun(run, shape).flops).toBe(5 * (3 * forward(2 * 13, 13, 2) + 3 * head(2 * 4)));
  });

  it.each<[string, ConfigPatch, number]>([
    [
      'the top block alone goes backward',
      { finetune: { weights: { differencePenalty: 0 } } },
      forward(24, 12, 2 + 2) + 2 * head(2 * 3 + 12 - 3),
    ],
    [
      'no next-token loss: query rows',
      { finetune: { weights: { differencePenalty: 0, nextToken: 0 } } },
      forward(24, 12, 4) + 2 * head(2 * 3),
    ],
    [
      'a penalty adds the reference',
      { finetune: { klRows: 'all' } },
      forward(24, 12, 4) + 2 * head(24) + forward(24, 12, 2) + head(24),
    ],
    [
      'over query rows',
      { finetune: { klRows: 'query' } },
      forward(24, 12, 4) + 2 * head(6 + 9) + forward(24, 12, 2) + head(6),
    ],
  ])('of a step of stage two: %s', (_, patch, expected) => {
    const run = planned(
      applyPatch<ConfigPatch>(
        { text, finetune: { steps: 1, batchSize: 1, negatives: 1, topLayers: 1 } },
        patch as never,
      ),
    );
    expect(estimateRun(run, shape).phases.finetune.flops).toBe(expected);
  });

  it('of a step with adapters: no gradient of the frozen matrices, their own thrice', () => {
    const lora = { rank: 3, alpha: 1, targetModules: ['q'] };
    const named: ModelShape = {
      ...shape,
      linear: { modelType: 'llama', modules: [0, 1].map((layer) => ({ name: `layers.${layer}.q`, into: 4, out: 6 })) },
    };
    const finetune = {
      steps: 1,
      batchSize: 1,
      negatives: 1,
      topLayers: 1,
      lora,
      weights: { nextToken: 0, differencePenalty: 0 },
    };
    const back = 24 * (2 * 100 + 8 * 12 * 4);
    expect(estimateRun(planned({ text, finetune }), named).phases.finetune.flops).toBe(
      forward(24, 12, 2) + back + 6 * 24 * 30 + 2 * head(2 * 3),
    );
  });

  it('of evaluation: a document is computed once for all its queries', () => {
    const run = planned({ text, data: { testQueries: 4, candidates: 5, outOfDomain: null } }, 'score');
    const most = mostTokens(run.config);
    expect(most.evaluate['inDomain']).toMatchObject({
      pairs: 20,
      stems: 20,
      prompt: 10,
      query: 3,
      positives: 4,
      texts: 0,
    });
    const evaluate = { inDomain: { ...most.evaluate['inDomain']!, pairs: 12, stems: 4, positives: 0 } };
    const counted = { ...most, evaluate };
    const calibration: Calibration = {
      counted: [{ key: tokensKey(run.config), most, counted }],
      load: { start: 0, model: 0, pairs: 0, index: 0, end: 0 },
    };
    const tokens = 4 * 10 + 12 * 2;
    expect(estimateRun(run, shape, calibration).flops).toBe(forward(tokens, tokens / 4, 2) + head(12 * 3));
  });
});

describe('memory', () => {
  const short = { data: { testQueries: 40, outOfDomainQueries: 10 } };
  const n7 = {
    text: { maxDocumentTokens: 128 },
    data: { testQueries: 5, outOfDomainQueries: 2 },
    finetune: { negatives: 7, topLayers: 4 },
    pretrain: { topLayers: 4 },
  };
  // Peaks of real processes, MiB (docs/decisions/2026-11-25-estimates-from-a-probe.md).
  it.each<[string, 'wasm' | 'tensorflow', PlannedRun['kind'], ConfigPatch, number]>([
    ['stage one of all weights', 'tensorflow', 'pretrain', quick, 6190],
    ['stage two beside its reference', 'tensorflow', 'finetune', quick, 2816],
    ['the same on wasm', 'wasm', 'finetune', quick, 1984],
    ['longer texts in stage one', 'tensorflow', 'pretrain', n7, 3810],
    ['groups of eight', 'tensorflow', 'finetune', n7, 3930],
    ['no training', 'tensorflow', 'score', { ...short, finetune: null, pretrain: null }, 1679],
  ])('of SmolLM2-135M is within 30 % of what was measured: %s', (_, engine, kind, patch, measured) => {
    const { memory } = estimateRun(planned({ ...patch, engine }, kind), smol);
    expect(memory / 2 ** 20 / measured).toBeGreaterThan(0.85);
    expect(memory / 2 ** 20 / measured).toBeLessThan(1.3);
  });
});

describe('time', () => {
  const calibration: Calibration = {
    counted: [],
    load: { start: 1, model: 0.5, pairs: 2, index: 0.25, end: 0.1 },
    pretrain: { fixed: 0.5, perPass: 0.01, perFlop: 1e-6 },
    finetune: { fixed: 0.25, perPass: 0.02, perFlop: 2e-6 },
    evaluate: { fixed: 3, perPass: 0, perFlop: 4e-6 },
  };

  it('adds up the phases: once a run, once a step, by operations', () => {
    const run = planned({ finetune: { steps: 7 } });
    const { phases, seconds } = estimateRun(run, shape, calibration);
    // The model, its reference, and saving.
    expect(phases.load.seconds).toBeCloseTo(1 + 3 * 0.5 + 0.25 + 0.1, 10);
    expect(phases.finetune.seconds).toBeCloseTo(0.25 + 7 * (2 + 2 + 2 * 2) * 0.02 + 2e-6 * phases.finetune.flops, 10);
    expect(seconds).toBeCloseTo(phases.load.seconds! + phases.finetune.seconds!, 10);
    const scoring = estimateRun(planned({}, 'score'), shape, calibration).phases;
    expect(scoring.load.seconds).toBeCloseTo(1 + 0.5 + 0.1, 10);
    expect(scoring.evaluate.seconds).toBeCloseTo(3 + 4e-6 * scoring.evaluate.flops, 10);
  });

  it('is absent where a phase was not measured, and without a calibration', () => {
    expect(
      estimateRun(planned({}, 'pretrain'), shape, { ...calibration, pretrain: undefined }).seconds,
    ).toBeUndefined();
    expect(estimateRun(planned({}), shape)).not.toHaveProperty('seconds');
  });
});

describe('fitSteps', () => {
  it.each([
    [
      'passes and operations told apart',
      [
        [8, 10, 9],
        [8, 30, 11],
        [4, 10, 5],
      ],
      { perPass: 1, perFlop: 0.1 },
    ],
    [
      'steps of one kind',
      [
        [8, 10, 2],
        [8, 10, 4],
      ],
      { perPass: 0, perFlop: 0.3 },
    ],
    [
      'larger steps that were quicker: noise',
      [
        [8, 10, 4],
        [8, 30, 2],
      ],
      { perPass: 0, perFlop: 0.1 },
    ],
  ])('%s', (_, steps, expected) => {
    const fit = fitSteps(
      steps.map(([passes, flops, seconds]) => ({ passes: passes!, flops: flops!, seconds: seconds! })),
    );
    expect(fit.perPass).toBeCloseTo(expected.perPass, 10);
    expect(fit.perFlop).toBeCloseTo(expected.perFlop, 10);
  });
});

describe('calibrate', () => {
  const report = (start: number) => ({
    load: { start, model: 1, pairs: 1, index: 1 },
    counted: [],
    finetune: {
      fixed: 1,
      steps: [
        { passes: 8, flops: 10, seconds: 9 },
        { passes: 8, flops: 30, seconds: 11 },
      ],
    },
    evaluate: { flops: 100, seconds: 5 },
    end: 0.5,
  });

  it('takes the mean of probes side by side', () => {
    const { load, pretrain, finetune, evaluate } = calibrate([report(2), report(4)]);
    expect(load).toEqual({ start: 3, model: 1, pairs: 1, index: 1, end: 0.5 });
    expect(pretrain).toBeUndefined();
    expect(finetune!.fixed).toBe(1);
    expect(finetune!.perPass).toBeCloseTo(1, 10);
    expect(finetune!.perFlop).toBeCloseTo(0.1, 10);
    expect(evaluate).toEqual({ fixed: 0, perPass: 0, perFlop: 0.05 });
  });
});

describe('tokensOf', () => {
  it('scales the limits of texts that were not counted as those that were turned out', () => {
    const { config } = planned({});
    const longer = {
      ...config,
      text: { ...config.text, maxDocumentTokens: 2 * mostTokens(config).finetune.prompt - 8 },
    };
    const most = mostTokens(config);
    const counted = { ...most, finetune: { ...most.finetune, prompt: most.finetune.prompt / 4 } };
    expect(tokensOf(longer, [{ key: tokensKey(config), most, counted }]).finetune.prompt).toBeCloseTo(
      most.finetune.prompt / 2,
      10,
    );
  });
});
