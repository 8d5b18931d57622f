import type { TensorInfo } from '@tensorflow/tfjs-core';
import { slice_util } from '@tensorflow/tfjs';
import type { KernelCall } from './wasm-backend';

/**
 * `slice` on wasm, copying only what is kept.
 *
 * The package's kernel copies the whole input out of the wasm memory first; here whole runs of the trailing dimensions
 * are moved inside it.
 *
 * @param inputs.x any rank and numeric type.
 * @returns the block of `size` from `begin` (-1: to the end).
 */
export function slice({
  inputs: { x },
  backend,
  attrs,
}: KernelCall<{ x: TensorInfo }, { begin: number | number[]; size?: number | number[] }>): TensorInfo {
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x as never, begin, size);
  const out = backend.makeOutput(size, x.dtype);
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(out);
  if (target.length === 0) return out;

  // Trailing dimensions taken whole, and the one before them, make one contiguous run.
  let axis = x.shape.length - 1;
  let run = 1;
  while (axis >= 0 && size[axis] === x.shape[axis]) run *= x.shape[axis--]!;
  const stride = run; // elements between neighbours along `axis`
  if (axis >= 0) run *= size[axis]!;

  const counters = size.slice(0, Math.max(axis, 0)).map(() => 0);
  const strides = outerStrides(x.shape, axis, stride);
  for (let written = 0; written < target.length; written += run) {
    let from = axis >= 0 ? begin[axis]! * stride : 0;
    for (let outer = 0; outer < counters.length; outer++) from += (begin[outer]! + counters[outer]!) * strides[outer]!;
    target.set(source.subarray(from, from + run), written);
    for (let outer = counters.length - 1; outer >= 0; outer--) {
      counters[outer]!++;
      if (counters[outer]! < size[outer]!) break;
      counters[outer] = 0;
    }
  }
  return out;
}

/** Elements between neighbours along each dimension before `axis`. */
function outerStrides(shape: readonly number[], axis: number, stride: number): number[] {
  const strides: number[] = [];
  let elements = stride * (shape[axis] ?? 1);
  for (let outer = axis - 1; outer >= 0; outer--) {
    strides[outer] = elements;
    elements *= shape[outer]!;
  }
  return strides;
}
