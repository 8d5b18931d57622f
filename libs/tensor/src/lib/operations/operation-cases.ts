import { gatherRows } from './gather-rows';
import { logSoftmaxRows, tokenLogProbs } from './log-softmax';
import { tf } from '../tf';

/** An operation, and what it means written out over flat row-major arrays in double precision. */
export interface OperationCase {
  name: string;
  shapes: number[][];
  op: (...inputs: tf.Tensor[]) => tf.Tensor;
  definition: (...inputs: number[][]) => number[];
}

export const size = (shape: number[]): number => shape.reduce((product, length) => product * length, 1);
const grid = (rows: number, columns: number, value: (r: number, c: number) => number): number[] =>
  Array.from({ length: rows * columns }, (_, index) => value(Math.floor(index / columns), index % columns));
const int32 = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

function softmaxRow(x: number[], row: number, columns: number): number[] {
  const exponentials = x.slice(row * columns, (row + 1) * columns).map(Math.exp);
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** a [B|1, m, k] (or [B|1, k, m]) times b, product by product. */
function product(
  [batch, m, k, n]: [number, number, number, number],
  [batchA, batchB]: [number, number],
  [flagA, flagB]: [boolean, boolean],
) {
  return (a: number[], b: number[]): number[] =>
    Array.from({ length: batch }, (_, index) =>
      grid(m, n, (i, j) => {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          const left = a[(batchA === 1 ? 0 : index) * m * k + (flagA ? l * m + i : i * k + l)]!;
          const right = b[(batchB === 1 ? 0 : index) * k * n + (flagB ? j * k + l : l * n + j)]!;
          sum += left * right;
        }
        return sum;
      }),
    ).flat();
}

function matMulCases(): OperationCase[] {
  const cases: OperationCase[] = [];
  for (const flags of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as [boolean, boolean][]) {
    const [flagA, flagB] = flags;
    const add = (name: string, sizes: [number, number, number, number], outerA: number[], outerB: number[]): void => {
      const [, m, k, n] = sizes;
      cases.push({
        name: `matMul ${name}${flagA ? ', a transposed' : ''}${flagB ? ', b transposed' : ''}`,
        shapes: [
          [...outerA, ...(flagA ? [k, m] : [m, k])],
          [...outerB, ...(flagB ? [n, k] : [k, n])],
        ],
        op: (a, b) => tf.matMul(a!, b!, flagA, flagB),
        definition: product(sizes, [size(outerA), size(outerB)], flags),
      });
    };
    add('of matrices', [1, 17, 16, 16], [], []);
    add('of tiny matrices', [1, 2, 3, 2], [], []);
    add('of a batch', [3, 9, 13, 12], [3], [3]);
    add('of a batch of heads', [4, 8, 12, 11], [2, 2], [2, 2]);
    add('of a batch with one row each', [3, 1, 5, 4], [3], [3]);
    add('of a batch with one matrix', [3, 8, 13, 14], [3], [1]);
    add('of one matrix with a batch', [3, 8, 13, 14], [1], [3]);
    add('of a batch with a plain matrix', [3, 8, 13, 14], [3], []);
  }
  return cases;
}

export const operationCases: OperationCase[] = [
  ...matMulCases(),
  {
    name: 'add with a broadcast row',
    shapes: [[5, 7], [7]],
    op: (a, b) => tf.add(a!, b!),
    definition: (a, b) => grid(5, 7, (r, c) => a![r * 7 + c]! + b![c]!),
  },
  {
    name: 'mul with a broadcast column',
    shapes: [
      [5, 7],
      [5, 1],
    ],
    op: (a, b) => tf.mul(a!, b!),
    definition: (a, b) => grid(5, 7, (r, c) => a![r * 7 + c]! * b![r]!),
  },
  {
    name: 'div by a shifted square',
    shapes: [[6], [6]],
    op: (a, b) => tf.div(a!, tf.add(tf.square(b!), 1)),
    definition: (a, b) => a!.map((value, index) => value / (b![index]! ** 2 + 1)),
  },
  {
    name: 'rsqrt of a mean square (RMS norm)',
    shapes: [[4, 6]],
    op: (x) => tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), 1e-5))),
    definition: (x) =>
      grid(4, 6, (r, c) => {
        const row = x!.slice(r * 6, r * 6 + 6);
        return row[c]! / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / 6 + 1e-5);
      }),
  },
  {
    name: 'sigmoid times its input (SiLU)',
    shapes: [[9]],
    op: (x) => tf.mul(x!, tf.sigmoid(x!)),
    definition: (x) => x!.map((value) => value / (1 + Math.exp(-value))),
  },
  {
    name: 'tanh',
    shapes: [[9]],
    op: (x) => tf.tanh(x!),
    definition: (x) => x!.map(Math.tanh),
  },
  {
    name: 'exp and log1p by log',
    shapes: [[9]],
    op: (x) => tf.log(tf.add(tf.exp(x!), 1)),
    definition: (x) => x!.map((value) => Math.log(1 + Math.exp(value))),
  },
  {
    name: 'softmax of rows',
    shapes: [[3, 8]],
    op: (x) => tf.softmax(x!),
    definition: (x) => [0, 1, 2].flatMap((row) => softmaxRow(x!, row, 8)),
  },
  {
    name: 'masked softmax of attention scores',
    shapes: [[2, 2, 3, 3]],
    op: (x) => {
      const mask = tf.tensor2d([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3]);
      return tf.softmax(tf.add(x!, mask));
    },
    definition: (x) =>
      Array.from({ length: 12 }, (_, row) => {
        const open = (row % 3) + 1;
        const probabilities = softmaxRow(x!.slice(row * 3, row * 3 + open), 0, open);
        return [0, 1, 2].map((column) => probabilities[column] ?? 0);
      }).flat(),
  },
  {
    name: 'slice of every dimension',
    shapes: [[4, 5, 6]],
    op: (x) => tf.slice(x!, [1, 2, 3], [2, 3, 2]),
    definition: (x) => [1, 2].flatMap((i) => [2, 3, 4].flatMap((j) => [3, 4].map((l) => x![i * 30 + j * 6 + l]!))),
  },
  {
    name: 'slice of leading rows',
    shapes: [[5, 4]],
    op: (x) => tf.slice(x!, [1, 0], [3, -1]),
    definition: (x) => x!.slice(4, 16),
  },
  {
    name: 'slices put back by concat (rotary halves)',
    shapes: [[3, 8]],
    op: (x) => tf.concat([tf.neg(tf.slice(x!, [0, 4], [3, 4])), tf.slice(x!, [0, 0], [3, 4])], 1),
    definition: (x) => grid(3, 8, (r, c) => (c < 4 ? -x![r * 8 + c + 4]! : x![r * 8 + c - 4]!)),
  },
  {
    name: 'reshape and transpose into heads',
    shapes: [[2, 3, 8]],
    op: (x) => tf.transpose(tf.reshape(x!, [2, 3, 2, 4]), [0, 2, 1, 3]),
    definition: (x) =>
      [0, 1].flatMap((b) =>
        [0, 1].flatMap((h) => [0, 1, 2].flatMap((s) => [0, 1, 2, 3].map((d) => x![b * 24 + s * 8 + h * 4 + d]!))),
      ),
  },
  {
    name: 'tile of key heads',
    shapes: [[2, 1, 3]],
    op: (x) => tf.tile(x!, [1, 2, 2]),
    definition: (x) => [0, 1].flatMap((b) => Array.from({ length: 12 }, (_, index) => x![b * 3 + (index % 3)]!)),
  },
  {
    name: 'sum and max of rows',
    shapes: [[4, 5]],
    op: (x) => tf.concat([tf.sum(x!, 1), tf.max(x!, 1)]),
    definition: (x) => {
      const rows = [0, 1, 2, 3].map((r) => x!.slice(r * 5, r * 5 + 5));
      return [...rows.map((row) => row.reduce((sum, value) => sum + value, 0)), ...rows.map((row) => Math.max(...row))];
    },
  },
  {
    name: 'gather with repeats',
    shapes: [[6, 3]],
    op: (x) => tf.gather(x!, int32([5, 0, 5, 2])),
    definition: (x) => [5, 0, 5, 2].flatMap((row) => x!.slice(row * 3, row * 3 + 3)),
  },
  {
    name: 'gatherRows with repeats',
    shapes: [[6, 3]],
    op: (x) => gatherRows(x as tf.Tensor2D, int32([1, 4, 1, 1, 0])),
    definition: (x) => [1, 4, 1, 1, 0].flatMap((row) => x!.slice(row * 3, row * 3 + 3)),
  },
  {
    name: 'logSoftmaxRows',
    shapes: [[4, 9]],
    op: (x) => logSoftmaxRows(x as tf.Tensor2D),
    definition: (x) => [0, 1, 2, 3].flatMap((row) => softmaxRow(x!, row, 9).map(Math.log)),
  },
  {
    name: 'tokenLogProbs',
    shapes: [[4, 9]],
    op: (x) => tokenLogProbs(x as tf.Tensor2D, int32([8, 0, 3, 3])),
    definition: (x) => [8, 0, 3, 3].map((label, row) => Math.log(softmaxRow(x!, row, 9)[label]!)),
  },
];
