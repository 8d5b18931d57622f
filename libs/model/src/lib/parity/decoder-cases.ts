import { resolve } from 'node:path';
import { readPublishedJson } from '@tsarank/io';
import { gatherRows, selectEngine, tf, tokenLogProbs } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import type { CausalLm } from '../causal-lm';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { loadModel } from '../loading/load-model';
import { relativeDifference, wrongGradients } from './differences';

const reference = resolve(__dirname, '../../../../../test/reference');

interface Batch {
  ids: number[][];
  mask: number[][];
}

/**
 * The checks that every family of decoders passes, on every engine that this machine has, against the logits and gradients
 * of transformers in the fixtures of `tools/make-reference-fixtures`.
 *
 * @param family Named in the titles.
 * @param checkpoints Folders of `test/reference`, or a `.gguf` file in one.
 */
export function decoderCases(family: string, checkpoints: readonly string[]): void {
  const cases = enginesUnderTest.flatMap((engine) => checkpoints.map((checkpoint) => [engine, checkpoint] as const));

  describe.each(cases)(`${family} on %s, %s`, (engine, checkpoint) => {
    const folder = resolve(reference, checkpoint.split('/')[0]!);
    const { ids, mask } = readPublishedJson(resolve(folder, 'batch.json')) as Batch;
    const expected = readSafetensors(resolve(folder, 'expected.safetensors'));
    let model: CausalLm;

    beforeAll(async () => {
      await selectEngine(engine);
      model = (await loadModel(resolve(reference, checkpoint))).model;
    });
    afterAll(() => model.dispose());

    const logitsOf = (rows: number[][], marks: number[][]): Float32Array =>
      tf.tidy(() => flatLogits(model, rows, marks).dataSync()) as Float32Array;

    it('gives the logits of transformers at real positions', () => {
      const logits = logitsOf(ids, mask);
      const { data } = expected.get('logits')!;
      const width = model.config.vocabularySize;
      const real = mask.flat();
      const kept = (values: Float32Array) => values.filter((_, index) => real[Math.floor(index / width)] === 1);
      // float32 sums in another order: 1e-4 of the largest logit.
      expect(relativeDifference(kept(logits), kept(data))).toBeLessThan(1e-4);
    });

    it('gives the gradients of transformers for every weight', () => {
      const names = [...model.weights.keys()];
      const gradient = tf.grads((...weights: tf.Tensor[]) => {
        expect(weights).toHaveLength(names.length);
        return sumOfLogProbs(model, ids, mask);
      });
      const gradients = tf.tidy(() => gradient([...model.weights.values()]).map((tensor) => tensor.dataSync()));
      const found = new Map(names.map((name, index) => [name, gradients[index] as Float32Array]));
      expect(wrongGradients(found, expected)).toEqual([]);
    });

    it('gives each sequence of a padded batch the logits that it has alone', () => {
      const width = model.config.vocabularySize;
      const together = logitsOf(ids, mask);
      ids.forEach((row, index) => {
        const length = mask[index]!.filter((mark) => mark === 1).length;
        const alone = logitsOf([row.slice(0, length)], [mask[index]!.slice(0, length)]);
        const start = index * row.length * width;
        expect(relativeDifference(together.slice(start, start + length * width), alone)).toBeLessThan(1e-5);
      });
    });

    it('gives the same hidden states when the blocks are run in two parts', () => {
      const [whole, parts] = tf.tidy(() => {
        const inputIds = tf.tensor2d(ids, undefined, 'int32');
        const marks = tf.tensor2d(mask);
        const lower = model.blocks(model.embed(inputIds), marks, 0, 1);
        const upper = model.finalNorm(model.blocks(lower, marks, 1, model.config.layers));
        return [model.hiddenStates(inputIds, marks).dataSync(), upper.dataSync()];
      });
      expect(parts).toEqual(whole);
    });

    it('stays finite where a row sees no key', () => {
      const masked = mask.map((row) => row.map(() => 0));
      expect(logitsOf(ids, masked).every(Number.isFinite)).toBe(true);
    });

    it('leaves no tensor behind', () => {
      const before = tf.memory().numTensors;
      logitsOf(ids, mask);
      const { value, grads } = tf.variableGrads(() => sumOfLogProbs(model, ids, mask), [...model.weights.values()]);
      tf.dispose([value, ...Object.values(grads)]);
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}

function flatLogits(model: CausalLm, ids: number[][], mask: number[][]): tf.Tensor2D {
  const hidden = model.hiddenStates(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask));
  return model.logits(tf.reshape(hidden, [-1, model.config.hiddenSize]) as tf.Tensor2D);
}

/** Of every next token that is real. */
function sumOfLogProbs(model: CausalLm, ids: number[][], mask: number[][]): tf.Scalar {
  const length = ids[0]!.length;
  const rows: number[] = [];
  const labels: number[] = [];
  mask.forEach((marks, index) => {
    for (let position = 1; position < length; position += 1) {
      if (marks[position] !== 1) continue;
      rows.push(index * length + position - 1);
      labels.push(ids[index]![position]!);
    }
  });
  const logits = gatherRows(flatLogits(model, ids, mask), tf.tensor1d(rows, 'int32'));
  return tf.sum(tokenLogProbs(logits, tf.tensor1d(labels, 'int32')));
}
