import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { readSafetensors } from '../containers/safetensors-reader';
import { loadReranker } from '../loading/load-reranker';
import type { SequenceClassifier } from '../sequence-classifier';

const reference = resolve(__dirname, '../../../../../test/reference');
const CHECKPOINTS = [
  'bert-one-label',
  'bert-two-labels',
  'roberta-one-label',
  'xlm-roberta-two-labels',
  'electra-one-label',
  'distilbert-one-label',
  'modernbert-first-token',
  'modernbert-mean',
  'llama-one-label',
  'opt-two-labels',
  'gpt2-one-label',
];

interface Batch {
  ids: number[][];
  mask: number[][];
  types: number[][];
}

/** A classifier of test/reference. */
async function loadClassifier(folder: string): Promise<SequenceClassifier> {
  const loaded = await loadReranker(folder);
  if (loaded.kind !== 'classifier') throw new Error(`${folder} is ${loaded.kind}`);
  return loaded.model;
}

const cases = enginesUnderTest.flatMap((engine) => CHECKPOINTS.map((checkpoint) => [engine, checkpoint] as const));

describe.each(cases)('classifier on %s, %s', (engine, checkpoint) => {
  const folder = resolve(reference, checkpoint);
  const batch = readJson(resolve(folder, 'batch.json')) as Batch;
  const expected = readSafetensors(resolve(folder, 'expected.safetensors'));
  let model: SequenceClassifier;

  beforeAll(async () => {
    await selectEngine(engine);
    model = await loadClassifier(folder);
  });
  afterAll(() => model.dispose());

  const logits = ({ ids, mask, types }: Batch): tf.Tensor2D =>
    model.classify(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask), tf.tensor2d(types, undefined, 'int32'));
  const logitsOf = (part: Batch): Float32Array => tf.tidy(() => logits(part).dataSync()) as Float32Array;
  /** Each logit times its place, as the fixture's scalar. */
  const weighted = (): tf.Scalar => {
    const found = logits(batch);
    return tf.sum(tf.mul(found, tf.reshape(tf.range(1, found.size + 1), found.shape)));
  };

  it('gives the logits of transformers', () => {
    expect(relativeDifference(logitsOf(batch), expected.get('logits')!.data)).toBeLessThan(1e-4);
  });

  it('gives the gradients of transformers for every weight', () => {
    const names = [...model.weights.keys()];
    const gradient = tf.grads(() => weighted());
    const gradients = tf.tidy(() => gradient([...model.weights.values()]).map((tensor) => tensor.dataSync()));
    const wanted = names.map((name) => expected.get(`gradient/${name}`)!.data);
    // A key's bias moves all scores of a query alike: its gradient is 0, and rounding the whole of what is found there.
    const least = 1e-4 * Math.max(...wanted.map(largest));
    const wrong = names
      .map((name, index) => ({ name, error: relativeDifference(gradients[index] as Float32Array, wanted[index]!, least) }))
      .filter(({ error }) => !(error < 1e-3));
    expect(wrong).toEqual([]);
  });

  it('gives each sequence of a padded batch what it has alone', () => {
    const together = logitsOf(batch);
    const { labels } = model.config;
    batch.ids.forEach((_, row) => {
      const length = batch.mask[row]!.filter((mark) => mark === 1).length;
      const cut = (rows: number[][]) => [rows[row]!.slice(0, length)];
      const alone = logitsOf({ ids: cut(batch.ids), mask: cut(batch.mask), types: cut(batch.types) });
      expect(relativeDifference(together.slice(row * labels, (row + 1) * labels), alone)).toBeLessThan(1e-4);
    });
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    logitsOf(batch);
    const { value, grads } = tf.variableGrads(weighted, [...model.weights.values()]);
    tf.dispose([value, ...Object.values(grads)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Largest difference over the largest magnitude of the reference, or over `least` where that is more. */
function relativeDifference(found: Float32Array, wanted: Float32Array, least = 0): number {
  expect(found).toHaveLength(wanted.length);
  return largest(wanted.map((value, index) => value - found[index]!)) / Math.max(largest(wanted), least);
}

/** Largest magnitude; NaN where there is one. */
function largest(values: Float32Array): number {
  return values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
}
