import { resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { gatherRows, selectEngine, tf, tokenLogProbs } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import type { EncoderDecoderLm } from '../encoder-decoder-lm';
import { loadReranker } from '../loading/load-reranker';
import { relativeDifference, wrongGradients } from '../parity/differences';

const reference = resolve(__dirname, '../../../../../test/reference');
const checkpoints = ['t5-tied', 't5-gated', 't5-silu', 'mt5-gated', 'umt5-gated'];
const cases = enginesUnderTest.flatMap((engine) => checkpoints.map((checkpoint) => [engine, checkpoint] as const));

interface Batch {
  ids: number[][];
  mask: number[][];
  decoderIds: number[][];
  decoderMask: number[][];
}

describe.each(cases)('T5 on %s, %s', (engine, checkpoint) => {
  const folder = resolve(reference, checkpoint);
  const batch = readJson(resolve(folder, 'batch.json')) as Batch;
  const expected = readSafetensors(resolve(folder, 'expected.safetensors'));
  let model: EncoderDecoderLm;

  beforeAll(async () => {
    await selectEngine(engine);
    const loaded = await loadReranker(folder);
    if (loaded.kind !== 'encoder-decoder') throw new Error(`loaded as ${loaded.kind}`);
    model = loaded.model;
  });
  afterAll(() => model.dispose());

  const logitsOf = (input: Batch): Float32Array => tf.tidy(() => flatLogits(model, input).dataSync()) as Float32Array;

  it('gives the logits of transformers at real places', () => {
    const width = model.config.vocabularySize;
    const real = batch.decoderMask.flat();
    const kept = (values: Float32Array) => values.filter((_, index) => real[Math.floor(index / width)] === 1);
    expect(relativeDifference(kept(logitsOf(batch)), kept(expected.get('logits')!.data))).toBeLessThan(1e-4);
  });

  it('gives the gradients of transformers for every weight', () => {
    const names = [...model.weights.keys()];
    const gradient = tf.grads((...weights: tf.Tensor[]) => {
      expect(weights).toHaveLength(names.length);
      return sumOfLogProbs(model, batch);
    });
    const gradients = tf.tidy(() =>
      gradient([...model.weights.values()]).map((tensor) => tensor.dataSync() as Float32Array),
    );
    const found = new Map(names.map((name, index) => [name, gradients[index]!]));
    expect(wrongGradients(found, expected)).toEqual([]);
  });

  it('gives each text of a padded batch the logits that it has alone', () => {
    const width = model.config.vocabularySize;
    const together = logitsOf(batch);
    const written = batch.decoderIds[0]!.length;
    batch.ids.forEach((_, index) => {
      const only = ([rows, marks]: [number[][], number[][]]) => [
        rows[index]!.filter((__, at) => marks[index]![at] === 1),
      ];
      const alone = logitsOf({
        ids: only([batch.ids, batch.mask]),
        mask: only([batch.mask, batch.mask]),
        decoderIds: only([batch.decoderIds, batch.decoderMask]),
        decoderMask: [],
      });
      const start = index * written * width;
      expect(relativeDifference(together.slice(start, start + alone.length), alone)).toBeLessThan(1e-5);
    });
  });

  it('gives the same logits where padding stands before the text', () => {
    const [ids, mask] = [batch.ids, batch.mask].map((rows) => rows.map((row) => [0, 0, ...row]));
    expect(relativeDifference(logitsOf({ ...batch, ids: ids!, mask: mask! }), logitsOf(batch))).toBeLessThan(1e-5);
  });

  it('stays finite where nothing that was read is seen', () => {
    expect(logitsOf({ ...batch, mask: batch.mask.map((row) => row.map(() => 0)) }).every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    logitsOf(batch);
    const { value, grads } = tf.variableGrads(() => sumOfLogProbs(model, batch), [...model.weights.values()]);
    tf.dispose([value, ...Object.values(grads)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

function flatLogits(model: EncoderDecoderLm, { ids, mask, decoderIds }: Batch): tf.Tensor2D {
  const marks = tf.tensor2d(mask);
  const encoded = model.encode(tf.tensor2d(ids, undefined, 'int32'), marks);
  const hidden = model.decode(tf.tensor2d(decoderIds, undefined, 'int32'), encoded, marks);
  return model.logits(tf.reshape(hidden, [-1, model.config.hiddenSize]) as tf.Tensor2D);
}

/** Of every token to be written but the first, which is given. */
function sumOfLogProbs(model: EncoderDecoderLm, batch: Batch): tf.Scalar {
  const width = batch.decoderIds[0]!.length;
  const places = batch.decoderMask.flatMap((marks, row) =>
    marks.flatMap((mark, at) => (mark === 1 && at > 0 ? [row * width + at] : [])),
  );
  const labels = places.map((place) => batch.decoderIds.flat()[place]!);
  const before = tf.tensor1d(
    places.map((place) => place - 1),
    'int32',
  );
  return tf.sum(tokenLogProbs(gatherRows(flatLogits(model, batch), before), tf.tensor1d(labels, 'int32')));
}
