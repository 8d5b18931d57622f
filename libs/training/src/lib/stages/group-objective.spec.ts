import { encodePair } from '@tsarank/data';
import { selectEngine, tf } from '@tsarank/tensor';
import { groupBatch } from './group-batch';
import type { KlRows } from './group-batch';
import { groupObjective } from './group-objective';
import { letterTokenizer, toyModel } from './toy-training';

beforeAll(() => selectEngine('wasm'));

const group = ['the cat at home', 'a cloud', 'some sand'].map((document) =>
  encodePair(letterTokenizer, { query: 'cat', document }, { maxDocumentTokens: 20, maxQueryTokens: 5 }),
);
const WEIGHTS = { rank: 1, nextToken: 0.5, differencePenalty: 2 };
const model = () => toyModel(1);

function terms(klRows: KlRows, weights = WEIGHTS) {
  const batch = groupBatch([group], { padId: 0, weights, klRows });
  const [current, reference] = [model(), toyModel(2)];
  const prepared = groupObjective(batch, { model: current, reference, topLayers: 2, weights, temperature: 0.1 });
  const { total, parts } = prepared.loss();
  const values = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.dataSync()[0]!]));
  return { batch, current, reference, total: total.dataSync()[0]!, values };
}

/** Log-softmax of every row of the padded batch, in double precision. */
function allLogProbs(lm: ReturnType<typeof model>, { pairs }: ReturnType<typeof groupBatch>): number[][] {
  const hidden = lm.hiddenStates(
    tf.tensor2d(pairs.inputIds, [pairs.batch, pairs.length], 'int32'),
    tf.tensor2d(Float32Array.from(pairs.realMask), [pairs.batch, pairs.length]),
  );
  const logits = lm.logits(tf.reshape(hidden, [pairs.batch * pairs.length, -1]) as tf.Tensor2D).arraySync();
  return logits.map((row) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.map((logit) => logit - Math.log(sum));
  });
}

const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('groupObjective', () => {
  it.each(['all', 'real', 'query'] as const)('equals the definition written out, penalty over %s rows', (klRows) => {
    const { batch, current, reference, total, values } = terms(klRows);
    const { nextTokens, realMask, queryMask, length } = batch.pairs;
    const [now, before] = [allLogProbs(current, batch), allLogProbs(reference, batch)];
    const rows = now.map((_, row) => row);
    const chosen = (row: number): number => now[row]![nextTokens[row]!]!;

    const scores = [0, 1, 2].map((member) =>
      average(rows.filter((row) => queryMask[row] === 1 && Math.floor(row / length) === member).map(chosen)),
    );
    const lifted = scores.map((score) => Math.exp(score) / 0.1);
    const rank = -Math.log(Math.exp(lifted[0]!) / lifted.reduce((sum, value) => sum + Math.exp(value), 0));
    const nextToken = -average(rows.filter((row) => row < length && realMask[row] === 1).map(chosen));
    const mask = { all: rows.map(() => 1), real: realMask, query: queryMask }[klRows];
    const differencePenalty = average(
      rows
        .filter((row) => mask[row] === 1)
        .map((row) => before[row]!.reduce((sum, logP, token) => sum + Math.exp(logP) * (logP - now[row]![token]!), 0)),
    );

    expect(values['rank']).toBeCloseTo(rank, 5);
    expect(values['nextToken']).toBeCloseTo(nextToken, 5);
    expect(values['differencePenalty']).toBeCloseTo(differencePenalty, 5);
    expect(total).toBeCloseTo(rank + 0.5 * nextToken + 2 * differencePenalty, 4);
  });

  it('has the gradient that finite differences give', () => {
    const batch = groupBatch([group], { padId: 0, weights: WEIGHTS, klRows: 'real' });
    const [current, reference] = [model(), toyModel(2)];
    const { loss } = groupObjective(batch, {
      model: current,
      reference,
      topLayers: 2,
      weights: WEIGHTS,
      temperature: 0.1,
    });
    const weight = current.weights.get('model.layers.1.weight')!;
    const gradient = tf.variableGrads(() => loss().total, [weight]).grads[weight.name]!.dataSync();
    const original = weight.dataSync().slice();
    const lossWith = (entry: number, change: number): number => {
      const moved = original.slice();
      moved[entry] = moved[entry]! + change;
      weight.assign(tf.tensor2d(moved, weight.shape as [number, number]));
      return loss().total.dataSync()[0]!;
    };
    for (const entry of [0, 9, 37, 63]) {
      const slope = (lossWith(entry, 0.01) - lossWith(entry, -0.01)) / 0.02;
      // Single precision and the curvature over 0.02 leave about three digits.
      expect(Math.abs(gradient[entry]! - slope)).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)));
    }
  });

  it('does not run the reference where the penalty has no weight', () => {
    const weights = { rank: 1, nextToken: 1, differencePenalty: 0 };
    const batch = groupBatch([group], { padId: 0, weights, klRows: 'real' });
    const reference = toyModel(2);
    const forward = jest.spyOn(reference, 'hiddenStates');
    groupObjective(batch, { model: model(), reference, topLayers: 2, weights }).loss();
    expect(forward).not.toHaveBeenCalled();
  });

  it('frees what it prepared', () => {
    const batch = groupBatch([group], { padId: 0, weights: WEIGHTS, klRows: 'all' });
    const [current, reference] = [model(), toyModel(2)];
    const before = tf.memory().numTensors;
    const prepared = groupObjective(batch, { model: current, reference, topLayers: 2, weights: WEIGHTS });
    tf.tidy(() => void prepared.loss());
    prepared.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
