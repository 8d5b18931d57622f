import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { loadReranker } from '../loading/load-reranker';
import { relativeDifference, wrongGradients } from '../parity/differences';
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
    const found = new Map(names.map((name, index) => [name, gradients[index] as Float32Array]));
    expect(wrongGradients(found, expected)).toEqual([]);
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
