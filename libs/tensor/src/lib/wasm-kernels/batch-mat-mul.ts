import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ShapeError } from '../operations/shape';
import { slice } from './slice';
import { wasmKernel } from './wasm-backend';
import type { KernelCall, WasmBackend } from './wasm-backend';

interface Operands {
  a: TensorInfo;
  b: TensorInfo;
}

interface Transposes {
  transposeA: boolean;
  transposeB: boolean;
}

type Product = (call: KernelCall<Operands, Transposes>) => TensorInfo;

/**
 * The fast product packs its right operand first, which few rows don't pay for: below 8 rows the scalar loop is faster
 * (256 products of [m, 64] and [64, 64]: m = 1 6.9 times, m = 4 1.1 times, m = 8 0.8 times, m = 16 0.4 times), and
 * below a few thousand multiply-adds in all the calls cost more than the arithmetic.
 */
const FEWEST_ROWS = 8;
const FEWEST_MULTIPLY_ADDS = 4096;

/**
 * From this size on a transposed right operand (an output matrix over a large vocabulary) is taken in parts: turned and packed
 * whole it would be in memory three times, and with BLOOM-560M's 1 GB the engine's 4 GiB do not hold that.
 */
const LARGE_BYTES = 2 ** 28;
const PART_BYTES = 2 ** 25;

/**
 * `matMul` on wasm as fast products of two plain matrices.
 *
 * The package's C++ uses XNNPACK (25-30 GFLOP/s) only for one product without transposes; a batch, or a transposed
 * operand, falls to a scalar loop (2 GFLOP/s). So a transposed operand is transposed first, a right operand without a
 * batch takes the left one's batch as rows, and every other batch is run product by product on views of the same
 * memory: nothing is copied. Small products stay with the package.
 *
 * @param original The package's kernel.
 * @returns a kernel: a [..., M, K], b [..., K, N] (or transposed) -> [..., M, N], batch dimensions broadcast.
 */
export function splitBatchMatMul(original: Product): Product {
  const transpose = wasmKernel<{ x: TensorInfo }, { perm: number[] }>('Transpose');

  return (call) => {
    const { inputs, backend, attrs } = call;
    const sizes = sizesOf(inputs, attrs);
    if (!worthWhile(inputs, sizes)) return original(call);

    const owned: TensorInfo[] = [];
    const plain = (x: TensorInfo, flag: boolean): TensorInfo => {
      if (!flag) return x;
      const rank = x.shape.length;
      const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      const turned = transpose({ inputs: { x }, backend, attrs: { perm } });
      owned.push(turned);
      return turned;
    };
    const a = plain(inputs.a, attrs.transposeA);
    const turned = (b: TensorInfo): TensorInfo => transpose({ inputs: { x: b }, backend, attrs: { perm: [1, 0] } });
    let product: TensorInfo;
    if (attrs.transposeB && inputs.b.shape.length === 2 && 4 * sizes.inner * sizes.columns >= LARGE_BYTES) {
      product = multiplyInParts(
        (b, part) => foldBatch(original, a, b, part, backend),
        turned,
        inputs.b,
        sizes,
        backend,
      );
    } else {
      const b = plain(inputs.b, attrs.transposeB);
      product = sizes.batchB === 1 ? foldBatch(original, a, b, sizes, backend) : multiplyEach(backend, a, b, sizes);
    }
    for (const info of owned) backend.disposeData(info.dataId);
    return product;
  };
}

interface Sizes {
  /** Of the result, before the last two dimensions. */
  batchShape: number[];
  batch: number;
  batchA: number;
  batchB: number;
  rows: number;
  inner: number;
  columns: number;
}

/** @throws {ShapeError} when the inner sizes differ or the batches don't broadcast. */
function sizesOf({ a, b }: Operands, { transposeA, transposeB }: Transposes): Sizes {
  const [lastButOneA, lastA] = a.shape.slice(-2) as [number, number];
  const [lastButOneB, lastB] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = transposeA ? [lastA, lastButOneA] : [lastButOneA, lastA];
  const [innerB, columns] = transposeB ? [lastB, lastButOneB] : [lastButOneB, lastB];
  if (inner !== innerB)
    throw new ShapeError(
      `matMul: inner sizes ${inner} and ${innerB} differ, [${a.shape.join(', ')}] times [${b.shape.join(', ')}]`,
    );
  const batchShape = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [batch, batchA, batchB] = [size(batchShape), size(a.shape.slice(0, -2)), size(b.shape.slice(0, -2))];
  return { batchShape, batch, batchA, batchB, rows, inner, columns };
}

function worthWhile({ a, b }: Operands, { batch, batchA, batchB, rows, inner, columns }: Sizes): boolean {
  const rowsAtOnce = batchB === 1 ? batchA * rows : rows;
  const evenBatches = [batchA, batchB].every((count) => count === batch || count === 1);
  return (
    a.dtype === 'float32' &&
    b.dtype === 'float32' &&
    evenBatches &&
    rowsAtOnce >= FEWEST_ROWS &&
    batch * rows * inner * columns >= FEWEST_MULTIPLY_ADDS
  );
}

/** One product: a's batch becomes rows. */
function foldBatch(
  original: Product,
  a: TensorInfo,
  b: TensorInfo,
  { batchShape, batchA, rows, inner, columns }: Sizes,
  backend: WasmBackend,
): TensorInfo {
  const product = original({
    inputs: { a: { ...a, shape: [1, batchA * rows, inner] }, b: { ...b, shape: [1, inner, columns] } },
    backend,
    attrs: { transposeA: false, transposeB: false },
  });
  return { ...product, shape: [...batchShape, rows, columns] };
}

/** b [N, K], some of its rows at a time; each part gives some columns of the result. */
function multiplyInParts(
  multiply: (b: TensorInfo, sizes: Sizes) => TensorInfo,
  turned: (b: TensorInfo) => TensorInfo,
  b: TensorInfo,
  sizes: Sizes,
  backend: WasmBackend,
): TensorInfo {
  const { batchShape, batchA, rows, inner, columns } = sizes;
  const product = backend.makeOutput([...batchShape, rows, columns], 'float32');
  const width = Math.max(1, Math.floor(PART_BYTES / (4 * inner)));
  for (let from = 0; from < columns; from += width) {
    const count = Math.min(width, columns - from);
    const part = slice({ inputs: { x: b }, backend, attrs: { begin: [from, 0], size: [count, inner] } });
    const operand = turned(part);
    backend.disposeData(part.dataId);
    const some = multiply(operand, { ...sizes, columns: count });
    backend.disposeData(operand.dataId); // drops its packed copy as well
    const source = backend.typedArrayFromHeap(some);
    const target = backend.typedArrayFromHeap(product);
    for (let row = 0; row < batchA * rows; row++)
      target.set(source.subarray(row * count, (row + 1) * count), row * columns + from);
    backend.disposeData(some.dataId);
  }
  return product;
}

/** One call of the fast product for every member of the batch, on views registered for just that long. */
function multiplyEach(
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { batchShape, batch, batchA, batchB, rows, inner, columns }: Sizes,
): TensorInfo {
  const { wasm } = backend;
  const product = backend.makeOutput([...batchShape, rows, columns], 'float32');
  const offsets = [a, b, product].map((info) => backend.dataIdMap.get(info.dataId).memoryOffset);
  const [offsetA, offsetB, offsetProduct] = offsets as [number, number, number];
  const strideA = batchA === 1 ? 0 : rows * inner;
  const strideB = batchB === 1 ? 0 : inner * columns;

  const shapes = wasm._malloc(24) >>> 0; // two shapes of three int32
  wasm.HEAP32.set([1, rows, inner, 1, inner, columns], shapes >>> 2);
  for (let index = 0; index < batch; index++) {
    const idA = view(backend, offsetA + 4 * index * strideA, rows * inner);
    const idB = view(backend, offsetB + 4 * index * strideB, inner * columns);
    const idProduct = view(backend, offsetProduct + 4 * index * rows * columns, rows * columns);
    wasm._BatchMatMul(idA, shapes, 3, idB, shapes + 12, 3, 0, 0, idProduct);
    wasm.tfjs.disposeData(idA);
    wasm.tfjs.disposeData(idB); // drops the packed copy of b as well
    wasm.tfjs.disposeData(idProduct);
  }
  wasm._free(shapes);
  return product;
}

function view(backend: WasmBackend, memoryOffset: number, length: number): number {
  const id = backend.dataIdNextNumber++;
  backend.wasm.tfjs.registerTensor(id, length, memoryOffset);
  return id;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const lengthA = a[index - rank + a.length] ?? 1;
    const lengthB = b[index - rank + b.length] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1)
      throw new ShapeError(`matMul: batch dimensions [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return Math.max(lengthA, lengthB);
  });
}
