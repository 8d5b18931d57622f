import { selectEngine, tf } from '@tsarank/tensor';
import { causalMask, HIDDEN } from './causal-mask';
import { gatedFeedForward } from './feed-forward';
import { activationNamed } from './named-activations';
import { rmsNorm } from './rms-norm';
import { applyRotary, rotaryTable } from './rotary';
import { rotaryFrequencies } from './rotary-frequencies';

beforeAll(() => selectEngine('cpu'));

describe('rmsNorm', () => {
  it('divides by the root mean square and multiplies by the gain', () => {
    const result = [...rmsNorm(tf.tensor2d([[3, 4]]), tf.tensor1d([1, 2]), 0).dataSync()];
    expect(result[0]).toBeCloseTo(3 / Math.sqrt(12.5), 6);
    expect(result[1]).toBeCloseTo(8 / Math.sqrt(12.5), 6);
  });
});

describe('the gated feed-forward part', () => {
  const one = (weight: number) => ({ weight: tf.tensor2d([[weight]]) });
  const parts = () => ({ gate: one(-2), up: one(3), down: one(5) });

  it('multiplies by silu of the gate, or by the activation that is given', () => {
    const x = tf.tensor3d([-0.5, 0.5], [1, 2, 1]);
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    const [first, second] = gatedFeedForward(x, parts()).dataSync();
    expect(first).toBeCloseTo(5 * sigmoid(1) * -1.5, 5);
    expect(second).toBeCloseTo(5 * -sigmoid(-1) * 1.5, 5);
    expect([...gatedFeedForward(x, parts(), activationNamed('relu')).dataSync()]).toEqual([-7.5, 0]);
  });
});

describe('rotary positions', () => {
  const options = { headSize: 4, theta: 100, scaling: null };

  it('leave position 0 as it is and turn (x, x + d/2) by the angle', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 1, 2, 3, 4], [1, 1, 2, 4]);
    const [[first, second]] = applyRotary(x, rotaryTable(2, options)).arraySync()[0]! as [number[][]];
    expect(first).toEqual([1, 2, 3, 4]);
    expect(second![0]).toBeCloseTo(Math.cos(1) - 3 * Math.sin(1), 6);
    expect(second![2]).toBeCloseTo(3 * Math.cos(1) + Math.sin(1), 6);
    expect(second![1]).toBeCloseTo(2 * Math.cos(0.1) - 4 * Math.sin(0.1), 6);
  });

  it('are slowed by a linear factor', () => {
    const plain = rotaryFrequencies(options);
    expect(rotaryFrequencies({ ...options, scaling: { type: 'linear', factor: 4 } })).toEqual(plain.map((f) => f / 4));
  });

  it('keep fast channels and slow the others under llama3 scaling', () => {
    const scaling = {
      type: 'llama3',
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalMaxPositions: 64,
    } as const;
    const plain = rotaryFrequencies({ headSize: 8, theta: 1e6, scaling: null });
    const scaled = rotaryFrequencies({ headSize: 8, theta: 1e6, scaling });
    expect(scaled[0]).toBe(plain[0]);
    expect(scaled[3]! / plain[3]!).toBeCloseTo(1 / 8, 6);
  });
});

describe('causalMask', () => {
  it('hides what lies ahead and padding', () => {
    const [rows] = causalMask(tf.tensor2d([[1, 1, 0]])).arraySync()[0]! as [number[][]];
    expect(rows.map((row) => row.map((value) => (value === 0 ? 1 : value < HIDDEN / 2 ? 0 : NaN)))).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 0],
    ]);
  });
});
