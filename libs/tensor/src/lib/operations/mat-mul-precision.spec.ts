import { enginesUnderTest } from '../engine/engines-under-test';
import { selectEngine } from '../engine/select-engine';
import { matMulPrecision, setMatMulPrecision } from './mat-mul-precision';
import { tf } from '../tf';

const onTensorflow = enginesUnderTest.includes('tensorflow') ? it : it.skip;

afterEach(() => setMatMulPrecision('float32'));

it('is float32 unless chosen', () => {
  expect(matMulPrecision()).toBe('float32');
});

it('says which engine bfloat16 needs', async () => {
  await selectEngine('wasm');
  expect(() => setMatMulPrecision('bfloat16')).toThrow(
    'field "precision": found "bfloat16" with the engine wasm, expected the tensorflow engine',
  );
});

onTensorflow.each([
  ['matrices', [40, 30], [30, 20]],
  ['batches', [3, 40, 30], [3, 30, 20]],
])(
  '%s in bfloat16 are those of float32 to three digits, gradients too, and nothing leaks',
  async (_name, left, right) => {
    await selectEngine('tensorflow');
    const a = tf.randomUniform(left, -1, 1, 'float32', 1);
    const b = tf.randomUniform(right, -1, 1, 'float32', 2);
    const everything = (): Float32Array[] =>
      tf.tidy(() => {
        const { value, grads } = tf.valueAndGrads((x, y) => tf.sum(tf.square(tf.matMul(x!, y!))))([a, b]);
        return [tf.matMul(a, b), value, ...grads].map((tensor) => tensor.dataSync().slice() as Float32Array);
      });
    const exact = everything();
    const before = tf.memory().numTensors;
    setMatMulPrecision('bfloat16');
    const rounded = everything();
    setMatMulPrecision('float32');

    const norm = (values: Float32Array): number => Math.hypot(...values);
    exact.forEach((values, index) => {
      const error = norm(values.map((value, at) => value - rounded[index]![at]!)) / norm(values);
      expect(error).toBeGreaterThan(0); // it did round
      expect(error).toBeLessThan(0.01); // 2^-8 for each operand, averaged over the sums
    });
    expect(everything()).toEqual(exact); // back to float32, bit for bit
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([a, b]);
  },
);
