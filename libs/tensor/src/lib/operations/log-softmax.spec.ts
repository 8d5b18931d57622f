import { enginesUnderTest } from '../engine/engines-under-test';
import { selectEngine } from '../engine/select-engine';
import { gatherRows } from './gather-rows';
import { logSoftmaxRows, tokenLogProbs } from './log-softmax';
import { ShapeError } from './shape';
import { tf } from '../tf';

describe.each(enginesUnderTest)('on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  it('extreme logits stay finite, and an impossible label costs its distance', () => {
    const logits = tf.tensor2d([
      [1000, 0, -1000],
      [-5000, -5000, -5000],
    ]);
    const logProbs = tokenLogProbs(logits, tf.tensor1d([2, 1], 'int32')).dataSync();
    expect(logProbs[0]).toBe(-2000);
    expect(logProbs[1]).toBeCloseTo(-Math.log(3), 4);
    expect([...logSoftmaxRows(logits).dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('a certain label costs nothing', () => {
    const logProb = tokenLogProbs(tf.tensor2d([[50, 0, 0]]), tf.tensor1d([0], 'int32')).dataSync()[0]!;
    expect(Math.abs(logProb)).toBeLessThan(1e-6);
  });

  it('adding a constant to a row changes nothing', () => {
    const logits = tf.tensor2d([[0.3, -1.2, 2.5, 0.1]]);
    const labels = tf.tensor1d([1], 'int32');
    const shifted = tokenLogProbs(tf.add(logits, 16) as tf.Tensor2D, labels).dataSync()[0]!;
    expect(shifted).toBeCloseTo(tokenLogProbs(logits, labels).dataSync()[0]!, 5);
  });

  it('the gradient of every row adds up to nothing', () => {
    const logits = tf.randomNormal([5, 300], 0, 3, 'float32', 7) as tf.Tensor2D;
    const labels = tf.tensor1d([0, 299, 5, 5, 17], 'int32');
    const gradient = tf.grad((x) => tf.sum(tokenLogProbs(x as tf.Tensor2D, labels)))(logits);
    tf.sum(gradient, 1)
      .dataSync()
      .forEach((sum) => expect(Math.abs(sum)).toBeLessThan(1e-5));
  });

  it('wrong shapes are named', () => {
    const logits = tf.zeros([2, 3]) as tf.Tensor2D;
    expect(() => tokenLogProbs(logits, tf.tensor1d([1], 'int32'))).toThrow(
      new ShapeError('labels must have one entry a row of logits: 1 labels, 2 rows'),
    );
    expect(() => gatherRows(tf.zeros([2]) as never, tf.tensor1d([1], 'int32'))).toThrow(ShapeError);
  });

  it('forward and backward give the same bytes every time', () => {
    const [rows, vocabularySize] = engine === 'cpu' ? [8, 60] : [64, 500]; // large enough to be split among threads
    const hidden = tf.randomNormal([rows, 48], 0, 1, 'float32', 3) as tf.Tensor2D;
    const head = tf.randomNormal([48, vocabularySize], 0, 1, 'float32', 4) as tf.Tensor2D;
    const labels = tf.tensor1d(
      Int32Array.from({ length: rows }, (_, row) => (row * 37) % vocabularySize),
      'int32',
    );
    const once = (): number[] => {
      const { value, grads } = tf.valueAndGrads((x, w) =>
        tf.mean(tokenLogProbs(tf.matMul(x!, w!) as tf.Tensor2D, labels)),
      )([hidden, head]);
      return [value, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
    };
    const first = once();
    for (let repeat = 0; repeat < 5; repeat++) expect(once()).toEqual(first);
  });
});
