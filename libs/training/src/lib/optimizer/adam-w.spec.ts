import { selectEngine, tf } from '@tsarank/tensor';
import { AdamW } from './adam-w';

beforeAll(() => selectEngine('cpu'));

const GRADIENTS = [
  [0.1, -2, 0],
  [0.3, 1e-9, -5],
  [-0.7, 0.2, 1e-3],
];

function weightsAfterEachStep(weightDecay: number): number[][] {
  const weight = tf.variable(tf.tensor1d([1, -2, 3]));
  const optimizer = new AdamW(new Map([['w', weight]]), { weightDecay });
  return GRADIENTS.map((gradient) => {
    optimizer.apply(new Map([['w', tf.tensor1d(gradient)]]), { learningRate: 0.1 });
    return [...weight.dataSync()];
  });
}

describe('AdamW', () => {
  // Made with torch 2.13.0, torch.optim.AdamW([w], lr=0.1, weight_decay=...), float32.
  it.each([
    [
      0,
      [
        [0.9, -1.9, 3],
        [0.80822188, -1.8329941, 3.0744138],
        [0.83724964, -1.7878187, 3.131923],
      ],
    ],
    [
      0.1,
      [
        [0.89, -1.88, 2.97],
        [0.7893219, -1.7941941, 3.0147138],
        [0.81045645, -1.7310767, 3.0420759],
      ],
    ],
  ])('takes the steps of torch.optim.AdamW with weight decay %d', (weightDecay, expected) => {
    weightsAfterEachStep(weightDecay).forEach((weights, step) =>
      weights.forEach((weight, index) => expect(weight).toBeCloseTo(expected[step]![index]!, 6)),
    );
  });

  it('multiplies gradients by the clipping factor first', () => {
    const [clipped, plain] = [tf.variable(tf.tensor1d([1])), tf.variable(tf.tensor1d([1]))];
    const [first, second] = [new AdamW(new Map([['w', clipped]])), new AdamW(new Map([['w', plain]]))];
    for (const gradient of [4, -1]) {
      first.apply(new Map([['w', tf.tensor1d([gradient])]]), { learningRate: 0.1, factor: 0.25 });
      second.apply(new Map([['w', tf.tensor1d([gradient / 4])]]), { learningRate: 0.1 });
    }
    expect(clipped.dataSync()).toEqual(plain.dataSync());
  });

  it('leaves a weight without a gradient alone and refuses one it does not hold', () => {
    const weight = tf.variable(tf.tensor1d([1]));
    const optimizer = new AdamW(new Map([['w', weight]]));
    optimizer.apply(new Map(), { learningRate: 0.1 });
    expect(weight.dataSync()[0]).toBe(1);
    expect(() => optimizer.apply(new Map([['x', tf.scalar(1)]]), { learningRate: 0.1 })).toThrow('no weight named x');
  });

  it('holds two moments a weight, makes no other tensor, and frees them', () => {
    const weight = tf.variable(tf.tensor1d([1, 2]));
    const gradient = tf.tensor1d([1, -1]);
    const before = tf.memory().numTensors;
    const optimizer = new AdamW(new Map([['w', weight]]));
    for (let step = 0; step < 5; step += 1)
      optimizer.apply(new Map([['w', gradient]]), { learningRate: 0.1, factor: 0.5 });
    expect(tf.memory().numTensors).toBe(before + 2);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
