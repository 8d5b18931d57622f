import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ShapeError } from '../shape';
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
 * Below this many multiply-adds in one product of a batch the package's own loop is not slower than a call of the fast
 * product (which packs its right operand first). Measured with products from 4x4x4 up.
 */
const FEWEST_MULTIPLY_ADDS = 2048;

/**
 * `matMul` on wasm as fast products of two plain matrices.
 *
 * The package's C++ uses XNNPACK (25-30 GFLOP/s) only for one product without transposes; a batch, or a transposed
 * operand, falls to a scalar loop (2 GFLOP/s). So a transposed operand is transposed first, a right operand without a
 * batch takes the left one's batch as rows, and every other batch is run product by product on views of the same
 * memory: nothing is copied.
 *
 * @param original The package's kernel, which still runs what it is best at.
 * @returns a kernel: a [..., M, K], b [..., K, N] (or transposed) -> [..., M, N], batch dimensions broadcast.
 */
export function splitBatchMatMul(original: Product): Product {
  const transpose = wasmKernel<{ x: TensorInfo }, { perm: number[] }>('Transpose');

  return ({ inputs, backend, attrs }) => {
    const { transposeA, transposeB } = attrs;
    const owned: TensorInfo[] = [];
    const plain = (x: TensorInfo, flag: boolean): TensorInfo => {
      if (!flag) return x;
      const rank = x.shape.length;
      const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      const turned = transpose({ inputs: { x }, backend, attrs: { perm } });
      owned.push(turned);
      return turned;
    };

    const a = plain(inputs.a, transposeA);
    const b = plain(inputs.b, transposeB);
    const product = multiply(original, a, b, backend);
    for (const info of owned) backend.disposeData(info.dataId);
    return product;
  };
}

/** a [..., M, K] times b [..., K, N], nothing transposed. */
function multiply(original: Product, a: TensorInfo, b: TensorInfo, backend: WasmBackend): TensorInfo {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [innerB, columns] = b.shape.slice(-2) as [number, number];
  const batchShape = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (inner !== innerB)
    throw new ShapeError(`matMul: inner sizes differ, [${a.shape.join(', ')}] times [${b.shape.join(', ')}]`);

  const batchA = size(a.shape.slice(0, -2));
  const batchB = size(b.shape.slice(0, -2));
  const batch = size(batchShape);
  const shape = [...batchShape, rows, columns];
  const packageHandles = { inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } };

  if (batchB === 1 && a.dtype === 'float32' && b.dtype === 'float32' && batchA * rows * inner * columns > 0) {
    const folded = { ...a, shape: [1, batchA * rows, inner] };
    const product = original({ ...packageHandles, inputs: { a: folded, b: { ...b, shape: [1, inner, columns] } } });
    return { ...product, shape };
  }

  const evenBatches = [batchA, batchB].every((count) => count === batch || count === 1);
  const worthSplitting = rows * inner * columns >= FEWEST_MULTIPLY_ADDS;
  if (!evenBatches || !worthSplitting || a.dtype !== 'float32' || b.dtype !== 'float32')
    return original(packageHandles);

  const product = backend.makeOutput(shape, 'float32');
  multiplyEach(backend, a, b, product, { batch, batchA, batchB, rows, inner, columns });
  return product;
}

interface BatchSizes {
  batch: number;
  batchA: number;
  batchB: number;
  rows: number;
  inner: number;
  columns: number;
}

/** One call of the fast product for every member of the batch, on views registered for just that long. */
function multiplyEach(
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  product: TensorInfo,
  { batch, batchA, batchB, rows, inner, columns }: BatchSizes,
): void {
  const { wasm } = backend;
  const offsets = [a, b, product].map((info) => backend.dataIdMap.get(info.dataId).memoryOffset);
  const [offsetA, offsetB, offsetProduct] = offsets as [number, number, number];
  const strideA = batchA === 1 ? 0 : rows * inner;
  const strideB = batchB === 1 ? 0 : inner * columns;

  const shapes = wasm._malloc(24) >>> 0; // two shapes of three int32
  wasm.HEAP32.set([1, rows, inner, 1, inner, columns], shapes >> 2);
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
