import { WorkError } from '@tsarank/io';
import { selectEngine } from '../engine/select-engine';
import { tf } from '../tf';
import type { WasmBackend } from './wasm-backend';

/** The same tensors through the plain JavaScript engine. */
async function onCpu(run: () => tf.Tensor): Promise<number[]> {
  await selectEngine('cpu');
  const values = [...tf.tidy(run).dataSync()];
  await selectEngine('wasm');
  return values;
}

beforeEach(async () => {
  await selectEngine('wasm');
});

const counting = (...shape: number[]): tf.Tensor =>
  tf.reshape(
    tf.range(
      0,
      shape.reduce((product, length) => product * length, 1),
    ),
    shape,
  );

it.each([
  ['a column', [0, 2], [-1, 1]],
  ['rows', [1, 0], [2, -1]],
  ['a block', [1, 1], [2, 3]],
  ['everything', [0, 0], [-1, -1]],
  ['nothing', [1, 1], [0, 2]],
])('slice takes %s', async (_name, begin, size) => {
  const run = (): tf.Tensor => tf.slice(counting(4, 5), begin, size);
  expect([...run().dataSync()]).toEqual(await onCpu(run));
});

it('slice takes blocks of high rank, and of integers', async () => {
  const run = (): tf.Tensor => tf.slice(tf.cast(counting(2, 3, 4, 3, 2), 'int32'), [1, 0, 1, 1, 0], [1, 2, 2, 2, 2]);
  expect([...run().dataSync()]).toEqual(await onCpu(run));
  expect(run().dtype).toBe('int32');
});

it.each([
  [
    [2, 3],
    [1, 1],
  ],
  [
    [2, 3],
    [3, 1],
  ],
  [
    [2, 3],
    [1, 4],
  ],
  [
    [2, 1, 3],
    [2, 3, 2],
  ],
  [
    [2, 2, 1],
    [1, 1, 5],
  ],
])('tile of %j by %j', async (shape, reps) => {
  const run = (): tf.Tensor => tf.tile(counting(...shape), reps);
  expect(run().shape).toEqual(shape.map((length, axis) => length * reps[axis]!));
  expect([...run().dataSync()]).toEqual(await onCpu(run));
});

it('gather takes rows by indices of any shape, and other axes as before', async () => {
  const rows = (): tf.Tensor =>
    tf.gather(
      counting(5, 2, 2),
      tf.tensor2d(
        [
          [4, 0],
          [4, 1],
        ],
        [2, 2],
        'int32',
      ),
    );
  const columns = (): tf.Tensor => tf.gather(counting(3, 5), tf.tensor1d([4, 0], 'int32'), 1);
  expect(rows().shape).toEqual([2, 2, 2, 2]);
  expect([...rows().dataSync()]).toEqual(await onCpu(rows));
  expect([...columns().dataSync()]).toEqual(await onCpu(columns));
});

it('gather names an index that is out of range', () => {
  expect(() => tf.gather(counting(5, 2), tf.tensor1d([0, 5], 'int32'))).toThrow(
    new RangeError('gather: index 5 at position 1 is outside 0 to 4'),
  );
});

it('segment sums add repeats in order and drop ids that are outside', async () => {
  const run = (): tf.Tensor =>
    tf.unsortedSegmentSum(counting(4, 2) as tf.Tensor2D, tf.tensor1d([2, 0, 2, -1], 'int32'), 3);
  expect([...run().dataSync()]).toEqual([2, 3, 0, 0, 4, 6]);
});

it('fused products with transposed operands are those of plain ones', () => {
  const a = tf.randomNormal([1, 30, 20], 0, 1, 'float32', 1) as tf.Tensor3D;
  const b = tf.randomNormal([1, 40, 30], 0, 1, 'float32', 2) as tf.Tensor3D;
  const bias = tf.randomNormal([40], 0, 1, 'float32', 3);
  const fused = tf.fused.matMul({ a, b, transposeA: true, transposeB: true, bias, activation: 'relu' });
  const plain = tf.relu(tf.add(tf.matMul(tf.transpose(a, [0, 2, 1]), tf.transpose(b, [0, 2, 1])), bias));
  const expected = plain.dataSync();
  fused.dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 4));
});

it('matMul names shapes that do not go together', () => {
  expect(() => tf.matMul(tf.ones([2, 30, 20]), tf.ones([3, 20, 30]))).toThrow();
});

it('a weight that changes is seen by the next product', () => {
  const x = tf.ones([16, 16]) as tf.Tensor2D;
  const weight = tf.variable(tf.ones([16, 16]));
  expect(tf.matMul(x, weight as never).dataSync()[0]).toBe(16);
  weight.assign(tf.fill([16, 16], 2));
  expect(tf.matMul(x, weight as never).dataSync()[0]).toBe(32);
  weight.dispose();
});

it('used up memory is an error, not damage', () => {
  const backend = tf.backend() as unknown as WasmBackend;
  const held: object[] = [];
  expect(() => {
    for (let index = 0; index < 10; index++) held.push(backend.makeOutput([2 ** 28 - 2 ** 20], 'float32').dataId);
  }).toThrow(WorkError);
  for (const dataId of held) backend.disposeData(dataId);
  expect(tf.sum(tf.ones([1000])).dataSync()[0]).toBe(1000);
});

it.each([
  ['a batch as one fast product each', [12, 64, 32], [12, 48, 32], 12],
  ['a batch of one matrix with many as one fast product each', [1, 64, 32], [5, 48, 32], 5],
  ['a right operand without a batch as one product in all', [12, 64, 32], [1, 48, 32], 1],
  ['a batch of single rows in one call, as the package does', [12, 1, 32], [12, 48, 32], 1],
  ['tiny products in one call, as the package does', [2, 8, 2], [2, 8, 2], 1],
])('matMul runs %s', (_name, left, right, expected) => {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  const product = wasm._BatchMatMul;
  let calls = 0;
  wasm._BatchMatMul = (...numbers) => {
    calls++;
    product(...numbers);
  };
  try {
    tf.dispose(tf.matMul(tf.ones(left), tf.ones(right), false, true));
  } finally {
    wasm._BatchMatMul = product;
  }
  expect(calls).toBe(expected);
});

it('matMul takes a large transposed operand in parts, and keeps none of them', async () => {
  const [rows, columns, inner] = [9, 70_000, 1024];
  const a = tf.tidy(() => tf.sub(tf.randomUniform([3, rows / 3, inner], 0, 1, 'float32', 3), 0.5));
  const b = tf.tidy(() => tf.sub(tf.randomUniform([columns, inner], 0, 1, 'float32', 4), 0.5));
  const { numTensors, numDataBuffers } = tf.memory();
  const product = tf.matMul(a, b as tf.Tensor2D, false, true);
  expect(tf.memory()).toMatchObject({ numTensors: numTensors + 1, numDataBuffers: numDataBuffers + 1 });
  expect(product.shape).toEqual([3, 3, columns]);
  // Whole, a few rows of b are multiplied as before.
  for (const at of [0, 8191, 8192, 40_000, columns - 7]) {
    const [found, expected] = tf.tidy(() => [
      tf.slice(product, [0, 0, at], [3, 3, 7]).dataSync(),
      tf.matMul(a, tf.slice(b, [at, 0], [7, inner]) as tf.Tensor2D, false, true).dataSync(),
    ]);
    found!.forEach((value, index) => expect(value).toBeCloseTo(expected![index]!, 4));
  }
  tf.dispose([a, b, product]);
});
