import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { loadModel, trainableNames } from '@tsarank/model';
import type { LoadedModel } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { finetune } from './finetune';
import { pretrain } from './pretrain';
import type { LogRow, TrainingOptions, TrainingResult } from '../loop/training-options';

type StageName = 'pretrain' | 'finetune';
type Step = Pick<LogRow, 'loss' | 'rank' | 'nextToken' | 'differencePenalty' | 'gradNorm'>;

/** `training.json`, written by `tools/make-reference-fixtures/make_training.py`. */
interface Expected {
  settings: { steps: number; batchSize: number; learningRate: number; clipNorm: number; temperature: number };
  pairs: { document: string; query: string }[];
  groups: { query: string; documents: string[] }[];
  models: Record<string, Record<StageName, Record<'0' | '1', { rows: Step[]; moved: Record<string, number | null> }>>>;
}

const reference = resolve(__dirname, '../../../../../test/reference');
const { settings, pairs, groups, models } = readJson(join(reference, 'training.json')) as Expected;
// Python's floats in another order of summation, at rates that move the losses by several percent a step.
const LOSS_TOLERANCE = 1e-4;
const NORM_TOLERANCE = 1e-3;
// Which way AdamW moves an entry whose gradient is little more than rounding is chance.
const MOVE_TOLERANCE = 0.01;

const runs = (['pretrain', 'finetune'] as const).flatMap((stage) =>
  (['0', '1'] as const).map((top) => [stage, top] as const),
);
const cases = enginesUnderTest
  .filter((engine) => engine !== 'cpu')
  .flatMap((engine) => Object.keys(models).map((checkpoint) => [engine, checkpoint] as const));

async function trainStage(
  stage: StageName,
  { model, tokenizer }: LoadedModel,
  start: LoadedModel,
  changes: Partial<TrainingOptions>,
): Promise<TrainingResult> {
  const shared = {
    model,
    tokenizer,
    ...settings,
    seed: 0,
    schedule: 'constant',
    warmupRatio: 0,
    order: 'given',
    topLayers: 0,
    maxDocumentTokens: 9,
    ...changes,
  } as const;
  if (stage === 'pretrain') return pretrain({ ...shared, pairs });
  return finetune({
    ...shared,
    batchSize: 1,
    groups: groups.map(({ query, documents: [positive, ...negatives] }) => ({
      query,
      positives: [positive!],
      negatives,
    })),
    negatives: groups[0]!.documents.length - 1,
    reference: start.model,
    weights: { rank: 1, nextToken: 1, differencePenalty: 1 },
  });
}

/** Copies of all values, by name. */
function valuesOf({ model }: LoadedModel): Map<string, Float32Array> {
  return new Map([...model.weights].map(([name, weight]) => [name, Float32Array.from(weight.dataSync())]));
}

function distance(from: Float32Array, to: Float32Array): number {
  return Math.hypot(...from.map((value, index) => to[index]! - value));
}

describe.each(cases)('on %s, %s', (engine, checkpoint) => {
  let start: LoadedModel;
  let before: Map<string, Float32Array>;
  const open = (): Promise<LoadedModel> => loadModel(join(reference, checkpoint));
  beforeAll(async () => {
    await selectEngine(engine);
    start = await open();
    before = valuesOf(start);
  });
  afterAll(() => start.model.dispose());

  it.each(runs)('trains as PyTorch does: %s, top blocks %s (0: all weights)', async (stage, top) => {
    const { rows: wanted, moved } = models[checkpoint]![stage][top];
    const loaded = await open();
    const topLayers = Number(top);
    expect(trainableNames(loaded.model, topLayers).sort()).toEqual(Object.keys(moved).sort());

    const tensors = tf.memory().numTensors;
    const counted = new Set<number>();
    const { rows } = await trainStage(stage, loaded, start, {
      topLayers,
      onStep: () => counted.add(tf.memory().numTensors),
    });
    expect(counted.size).toBe(1);
    expect(tf.memory().numTensors).toBe(tensors);

    rows.forEach((row, index) => {
      for (const [name, value] of Object.entries(wanted[index]!) as [keyof Step, number][]) {
        const tolerance = name === 'gradNorm' ? NORM_TOLERANCE : LOSS_TOLERANCE;
        const difference = Math.abs(row[name]! - value);
        if (difference > tolerance * Math.abs(value) + 1e-6)
          throw new Error(`step ${index} ${name}: ${row[name]}, expected ${value}`);
      }
    });

    const after = valuesOf(loaded);
    const frozen = [...after.keys()].filter((name) => !(name in moved));
    expect(frozen.length > 0).toBe(topLayers > 0);
    for (const name of frozen) expect(after.get(name)).toEqual(before.get(name));
    for (const [name, way] of Object.entries(moved)) {
      if (way === null) continue;
      const found = distance(before.get(name)!, after.get(name)!);
      if (Math.abs(found - way) > MOVE_TOLERANCE * way) throw new Error(`${name} went ${found}, expected ${way}`);
    }
    expect(valuesOf(start)).toEqual(before);
    loaded.model.dispose();
  });
});

describe('a training that is stopped and goes on', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'every-family-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it.each(['opt-post-norm', 'baichuan2-13b', 'qwen-long', 'smollm3-sliding'])(
    'ends with the same bytes: %s',
    async (checkpoint) => {
      await selectEngine('wasm');
      const [start, whole, first, second] = await Promise.all(
        [0, 1, 2, 3].map(() => loadModel(join(reference, checkpoint))),
      );
      await trainStage('finetune', whole!, start!, {});
      const stop = new AbortController();
      const checkpointed = { checkpoint: { dir }, signal: stop.signal };
      await trainStage('finetune', first!, start!, {
        ...checkpointed,
        onStep: ({ step }) => step === 1 && stop.abort(),
      });
      const { resumedFrom, finished } = await trainStage('finetune', second!, start!, { checkpoint: { dir } });
      expect({ resumedFrom, finished }).toEqual({ resumedFrom: 2, finished: true });
      expect(valuesOf(second!)).toEqual(valuesOf(whole!));
      for (const { model } of [start!, whole!, first!, second!]) model.dispose();
    },
  );
});
