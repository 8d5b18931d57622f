import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { adapterWeights, buildLlama, loadModel, mergeAdapters, readSafetensors, removeAdapters } from '@tsarank/model';
import type { CausalLm, StoredTensor } from '@tsarank/model';
import { openSafetensors, openTorchFile } from '@tsarank/model/containers';
import { Random } from '@tsarank/random';
import { gatherRows, selectEngine, tf, tokenLogProbs } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { AdamW } from '../optimizer/adam-w';
import { finetune } from './finetune';
import type { FinetuneOptions } from './finetune';
import { pretrain } from './pretrain';
import { toyFinetune, toyPretrain, weightValues } from './toy-training';
import type { LogRow } from '../loop/training-options';

const sizes = { vocabularySize: 40, hiddenSize: 16, layers: 3, heads: 2, intermediateSize: 24 };
const lora = { rank: 2, alpha: 4, targetModules: ['q_proj', 'v_proj'] };

const build = (): CausalLm => buildLlama(sizes, Random.fromSeed(3));
const adapterValues = (model: CausalLm): Record<string, number[]> =>
  Object.fromEntries([...adapterWeights(model)].map(([name, weight]) => [name, [...weight.dataSync()]]));
const untimed = (rows: readonly LogRow[]): LogRow[] => rows.map((row) => ({ ...row, seconds: 0 }));

describe('training with adapters', () => {
  beforeAll(() => selectEngine('wasm'));

  it('changes the adapters and no weight of the model', async () => {
    const model = build();
    const before = weightValues(model);
    const { rows } = await finetune(toyFinetune(model, { lora, topLayers: 0, steps: 30, learningRate: 0.03 }));
    expect(weightValues(model)).toEqual(before);
    expect([...model.adapters.keys()]).toEqual(
      [0, 1, 2].flatMap((layer) => ['q', 'v'].map((part) => `model.layers.${layer}.self_attn.${part}_proj`)),
    );
    const mean = (part: typeof rows): number => part.reduce((sum, row) => sum + row.loss, 0) / part.length;
    expect(mean(rows.slice(-6))).toBeLessThan(mean(rows.slice(0, 6)));
    expect(Object.values(adapterValues(model)).every((values) => values.some((value) => value !== 0))).toBe(true);
    model.dispose();
  });

  it('puts adapters into the top blocks alone, and begins with the loss of the model itself', async () => {
    const firstRow = async (changes: Partial<FinetuneOptions>) => {
      const model = build();
      const { rows } = await finetune(toyFinetune(model, { reference: build(), steps: 1, ...changes }));
      return {
        loss: rows[0]!.loss,
        layers: new Set([...model.adapters.keys()].map((module) => model.layerOf(`${module}.weight`))),
      };
    };
    const [plain, all, top] = [
      await firstRow({}),
      await firstRow({ lora, topLayers: 0 }),
      await firstRow({ lora, topLayers: 1 }),
    ];
    expect(all).toEqual({ loss: plain.loss, layers: new Set([0, 1, 2]) });
    expect(top).toEqual({ loss: plain.loss, layers: new Set([2]) });
  });

  it('compares with the model itself without adapters where no reference is given', async () => {
    const [own, other] = [build(), build()];
    const options = { lora, topLayers: 2, steps: 4, learningRate: 0.03 };
    const rows = untimed((await finetune(toyFinetune(own, options))).rows);
    expect(rows[0]!.differencePenalty).toBeCloseTo(0, 6);
    expect(rows[3]!.differencePenalty).toBeGreaterThan(1e-6);
    expect(untimed((await finetune(toyFinetune(other, { ...options, reference: build() }))).rows)).toEqual(rows);
  });

  it('ends with the same bytes when it is resumed, and refuses the checkpoint of other adapters', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lora-'));
    const run = async (changes: Partial<FinetuneOptions> = {}, stopAfter?: number) => {
      const stop = new AbortController();
      const model = build();
      const onStep = ({ step }: LogRow) => void (step + 1 === stopAfter && stop.abort());
      const result = await finetune(
        toyFinetune(model, { lora, accumulate: 2, signal: stop.signal, onStep, ...changes }),
      );
      return { rows: untimed(result.rows), values: adapterValues(model), resumedFrom: result.resumedFrom };
    };
    const checkpoint = { dir };
    const whole = await run();
    await run({ checkpoint }, 4);
    await expect(run({ checkpoint, lora: { ...lora, alpha: 5 } })).rejects.toThrow(
      /another training.*found lora .*"alpha":4/,
    );
    await expect(run({ checkpoint, lora: null, reference: build() })).rejects.toThrow('expected lora nothing');
    expect(await run({ checkpoint })).toEqual({ ...whole, resumedFrom: 4 });
    rmSync(dir, { recursive: true });
  });

  it('holds as many tensors in every step, leaves the adapters, and after an error nothing', async () => {
    const model = build();
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    const onStep = (): void => void counts.add(tf.memory().numTensors);
    await pretrain(toyPretrain(model, { lora, steps: 30, onStep }));
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before + 8);
    await expect(pretrain(toyPretrain(model, { lora, steps: 1 }))).rejects.toThrow('the model has adapters already');
    removeAdapters(model);
    const poison = () => {
      throw new Error('stopped');
    };
    await expect(pretrain(toyPretrain(model, { lora, onStep: poison }))).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
    expect(model.adapters.size).toBe(0);
  });

  it('scores the same with merged adapters', async () => {
    const model = build();
    await pretrain(toyPretrain(model, { lora, steps: 10, learningRate: 0.05 }));
    const hidden = () =>
      tf.tidy(() => model.hiddenStates(tf.tensor2d([[3, 4, 5, 6]], undefined, 'int32'), tf.ones([1, 4])).dataSync());
    const apart = hidden();
    mergeAdapters(model);
    const merged = hidden();
    expect(Math.max(...apart.map((value, index) => Math.abs(value - merged[index]!)))).toBeLessThan(
      1e-5 * Math.max(...apart.map(Math.abs)),
    );
  });

  it.each([
    [{ rank: 0 }, 'field "lora.rank": found 0, expected a whole number of 1 or more'],
    [{ rank: 1.5 }, 'field "lora.rank": found 1.5'],
    [{ alpha: -1 }, 'field "lora.alpha": found -1, expected a number above 0'],
    [
      { targetModules: ['q_prj'] },
      '"q_prj" (did you mean q_proj?), expected all-linear, or names of modules in the blocks that train: q_proj, k_proj',
    ],
    [{ targetModules: ['model.layers.0.self_attn.q_proj'] }, 'found "model.layers.0.self_attn.q_proj"'],
    [{ targetModules: ['lm_head'] }, 'found "lm_head"'],
  ])('refuses %j', async (changes, message) => {
    await expect(pretrain(toyPretrain(build(), { lora: { ...lora, ...changes } }))).rejects.toThrow(message);
  });
});

const reference = resolve(__dirname, '../../../../../test/reference');
const families = [
  ...[
    'baichuan-7b',
    'baichuan2-13b',
    'bloom-untied',
    'gpt2-scaled-by-layer',
    'gpt-neo-mixed',
    'gpt-neox-parallel',
    'gpt-neox-sequential',
  ],
  ...[
    'llama-untied-bias',
    'mistral-sliding',
    'opt-pre-norm',
    'opt-bare',
    'qwen-published',
    'qwen2-tied',
    'qwen3-bias-sliding',
    'smollm3-tied',
  ],
];

describe('adapters of every family', () => {
  beforeAll(() => selectEngine('wasm'));

  it.each(families)('train in every matrix of the top block, and merge: %s', async (name) => {
    const { model } = await loadModel(join(reference, name));
    const sequences = [
      [3, 9, 17, 4, 5, 8],
      [11, 4, 6, 30],
    ].map((ids) => ({ ids, promptLength: 2 }));
    const settings = { rank: 2, alpha: 4, targetModules: 'all-linear' as const };
    const { layers } = model.config;
    const begin = async (steps: number) => {
      const options = {
        ...toyPretrain(model, { sequences, rows: 'all', lora: settings, topLayers: 1, steps, learningRate: 0.02 }),
        pairs: undefined,
      };
      await pretrain(options);
      const values = adapterValues(model);
      if (steps === 1) removeAdapters(model);
      return values;
    };
    const [first, last] = [await begin(1), await begin(4)];
    expect(new Set([...model.adapters.keys()].map((module) => model.layerOf(`${module}.weight`)))).toEqual(
      new Set([layers - 1]),
    );
    const matrices = [...model.weights].filter(
      ([weight, { rank }]) => rank === 2 && model.layerOf(weight) === layers - 1,
    );
    expect([...model.adapters.keys()].map((module) => `${module}.weight`)).toEqual(matrices.map(([weight]) => weight));
    for (const [weight, values] of Object.entries(last)) expect(values).not.toEqual(first[weight]);
    const logits = (of: CausalLm): Float32Array =>
      tf.tidy(() => {
        const hidden = of.hiddenStates(tf.tensor2d([[3, 9, 17, 4]], undefined, 'int32'), tf.ones([1, 4]));
        return of.logits(tf.reshape(hidden, [4, -1]) as tf.Tensor2D).dataSync() as Float32Array;
      });
    const [plain, apart] = [logits(model.withoutAdapters()), logits(model)];
    mergeAdapters(model);
    const merged = logits(model);
    const largest = Math.max(...apart.map(Math.abs));
    const difference = (values: Float32Array): number =>
      Math.max(...apart.map((value, index) => Math.abs(value - values[index]!))) / largest;
    expect(difference(merged)).toBeLessThan(1e-5);
    expect(difference(plain)).toBeGreaterThan(1e-3);
    model.dispose();
  });
});

describe.each(enginesUnderTest)('three steps with adapters on %s', (engine) => {
  beforeAll(() => selectEngine(engine));

  it.each(['lora-llama', 'lora-gpt2', 'lora-bloom', 'lora-opt'])('have the losses of PEFT: %s', async (name) => {
    const folder = resolve(__dirname, '../../../../../test/reference', name);
    const { model, batch, losses } = await adaptedModel(folder);
    const optimizer = new AdamW(adapterWeights(model));
    const variables = [...adapterWeights(model)];
    losses.forEach((wanted) => {
      const { value, grads } = tf.variableGrads(
        () => meanLoss(model, batch),
        variables.map(([, variable]) => variable),
      );
      // float32 sums in another order.
      expect(Math.abs(value.dataSync()[0]! - wanted) / wanted).toBeLessThan(1e-5);
      optimizer.apply(new Map(variables.map(([each, variable]) => [each, grads[variable.name]!])), {
        learningRate: 0.01,
      });
      tf.dispose([value, ...Object.values(grads)]);
    });
    optimizer.dispose();
    model.dispose();
  });
});

interface Batch {
  ids: number[][];
  mask: number[][];
}

interface AdapterJson {
  base_model_name_or_path: string;
  r: number;
  lora_alpha: number;
}

async function adaptedModel(folder: string): Promise<{ model: CausalLm; batch: Batch; losses: number[] }> {
  const {
    base_model_name_or_path: base,
    r,
    lora_alpha: alpha,
  } = readJson(join(folder, 'adapter_config.json')) as AdapterJson;
  const { model } = await loadModel(resolve(folder, base));
  const source = folder.endsWith('gpt2')
    ? openTorchFile(join(folder, 'adapter_model.bin'))
    : openSafetensors(join(folder, 'adapter_model.safetensors'));
  const variable = (name: string): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor2d(source.read(name), source.entries.get(name)!.shape as [number, number])));
  for (const name of [...source.entries.keys()].filter((each) => each.endsWith('lora_A.weight'))) {
    const module = name.slice('base_model.model.'.length, -'.lora_A.weight'.length);
    model.adapters.set(module, {
      down: variable(name),
      up: variable(name.replace('lora_A', 'lora_B')),
      scale: alpha / r,
    });
  }
  source.close();
  const expected = readSafetensors(join(folder, 'expected.safetensors')).get('losses') as StoredTensor;
  return { model, batch: readJson(join(folder, 'batch.json')) as Batch, losses: [...expected.data] };
}

/** Of every next token that is real. */
function meanLoss(model: CausalLm, { ids, mask }: Batch): tf.Scalar {
  const length = ids[0]!.length;
  const places = mask.flatMap((marks, row) =>
    marks.flatMap((mark, place) => (place > 0 && mark === 1 ? [row * length + place] : [])),
  );
  const hidden = model.hiddenStates(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask));
  const flat = tf.reshape(hidden, [-1, model.config.hiddenSize]) as tf.Tensor2D;
  const logits = model.logits(
    gatherRows(
      flat,
      tf.tensor1d(
        places.map((place) => place - 1),
        'int32',
      ),
    ),
  );
  const labels = tf.tensor1d(
    places.map((place) => ids.flat()[place]!),
    'int32',
  );
  return tf.neg(tf.mean(tokenLogProbs(logits, labels))) as tf.Scalar;
}
