import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { gatherRows, selectEngine, tf, tokenLogProbs } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import type { CausalLm } from '../causal-lm';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { loadModel } from '../loading/load-model';
import { relativeDifference, wrongGradients } from '../parity/differences';
import { adaptedModules } from './adapted-modules';
import { adapterNames, adapterWeights } from './adapter';
import { openAdapterFolder } from './adapter-folder';
import { mergeAdapters } from './merge-adapters';

const reference = resolve(__dirname, '../../../../../test/reference');
const CHECKPOINTS = ['lora-llama', 'lora-gpt2', 'lora-bloom', 'lora-opt'];
const cases = enginesUnderTest.flatMap((engine) => CHECKPOINTS.map((checkpoint) => [engine, checkpoint] as const));

interface Batch {
  ids: number[][];
  mask: number[][];
}

describe.each(cases)('an adapter of PEFT on %s, %s', (engine, checkpoint) => {
  const folder = resolve(reference, checkpoint);
  const batch = readJson(resolve(folder, 'batch.json')) as Batch;
  const expected = readSafetensors(resolve(folder, 'expected.safetensors'));
  let model: CausalLm;

  beforeAll(async () => {
    await selectEngine(engine);
    model = await withAdapters(folder);
  });
  afterAll(() => model.dispose());

  it('gives the logits of PEFT', () => {
    expect(relativeDifference(realLogits(model, batch), real(expected.get('logits')!.data, batch))).toBeLessThan(1e-4);
  });

  it('gives the gradients of PEFT for every weight of the adapters, and those alone', () => {
    const weights = adapterWeights(model);
    const { value, grads } = tf.variableGrads(() => sumOfLogProbs(model, batch), [...weights.values()]);
    const found = new Map(
      [...weights].map(([name, { name: variable }]) => [name, grads[variable]!.dataSync() as Float32Array]),
    );
    tf.dispose([value, ...Object.values(grads)]);
    expect(wrongGradients(found, expected)).toEqual([]);
    expect([...expected.keys()].filter((name) => name.startsWith('gradient/'))).toHaveLength(found.size);
  });

  it('gives the same merged, by hand or on loading', async () => {
    const apart = realLogits(model, batch);
    const merged = await withAdapters(folder);
    mergeAdapters(merged);
    expect(merged.adapters.size).toBe(0);
    const { model: loaded } = await loadModel(folder);
    expect(relativeDifference(realLogits(merged, batch), apart)).toBeLessThan(1e-5);
    expect(relativeDifference(realLogits(loaded, batch), apart)).toBeLessThan(1e-5);
    merged.dispose();
    loaded.dispose();
  });

  it('has its base model without them', async () => {
    const { model: base } = await loadModel(openAdapterFolder(folder).config.base.replace('..', reference));
    expect(realLogits(model.withoutAdapters(), batch)).toEqual(realLogits(base, batch));
    expect(relativeDifference(realLogits(model, batch), realLogits(base, batch))).toBeGreaterThan(0.01);
    base.dispose();
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const again = await withAdapters(folder);
    realLogits(again, batch);
    again.dispose();
    (await loadModel(folder)).model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(enginesUnderTest)('an adapter of PEFT with patterns and a replaced module, on %s', (engine) => {
  it('gives the logits of PEFT when it is merged', async () => {
    await selectEngine(engine);
    const folder = resolve(reference, 'lora-llama-patterns');
    const { model } = await loadModel(folder);
    const batch = readJson(resolve(folder, 'batch.json')) as Batch;
    const { data } = readSafetensors(resolve(folder, 'expected.safetensors')).get('logits')!;
    expect(relativeDifference(realLogits(model, batch), real(data, batch))).toBeLessThan(1e-4);
    model.dispose();
  });
});

/** The base model with the adapters of a folder beside its weights. */
async function withAdapters(folder: string): Promise<CausalLm> {
  const { config, weights } = openAdapterFolder(folder);
  const { model } = await loadModel(config.base.replace('..', reference));
  const modules = [...model.weights].flatMap(([name, { rank }]) =>
    rank === 2 && !/embed|w[tp]e/.test(name) ? [name.replace(/\.weight$/, '')] : [],
  );
  for (const [module, { scale }] of adaptedModules(config, { modules, modelType: model.architecture })) {
    const variable = (name: string): tf.Variable =>
      tf.tidy(() => tf.variable(tf.tensor2d(weights.read(name), weights.entries.get(name)!.shape as [number, number])));
    const { down, up } = adapterNames(module);
    model.adapters.set(module, { down: variable(down), up: variable(up), scale });
  }
  weights.close();
  return model;
}

function realLogits(model: CausalLm, batch: Batch): Float32Array {
  return real(tf.tidy(() => flatLogits(model, batch).dataSync()) as Float32Array, batch);
}

function flatLogits(model: CausalLm, { ids, mask }: Batch): tf.Tensor2D {
  const hidden = model.hiddenStates(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask));
  return model.logits(tf.reshape(hidden, [-1, model.config.hiddenSize]) as tf.Tensor2D);
}

/** The part of flat logits that belongs to real tokens. */
function real(values: Float32Array, { mask }: Batch): Float32Array {
  const marks = mask.flat();
  const width = values.length / marks.length;
  return values.filter((_, index) => marks[Math.floor(index / width)] === 1);
}

/** Of every next token that is real. */
function sumOfLogProbs(model: CausalLm, { ids, mask }: Batch): tf.Scalar {
  const length = ids[0]!.length;
  const places = mask.flatMap((marks, row) =>
    marks.flatMap((mark, place) => (place > 0 && mark === 1 ? [row * length + place] : [])),
  );
  const labels = places.map((place) => ids.flat()[place]!);
  const rows = gatherRows(
    flatLogits(model, { ids, mask }),
    tf.tensor1d(
      places.map((place) => place - 1),
      'int32',
    ),
  );
  return tf.sum(tokenLogProbs(rows, tf.tensor1d(labels, 'int32')));
}
