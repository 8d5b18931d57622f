import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmKernel } from './wasm-backend';
import type { KernelCall } from './wasm-backend';

interface Operands {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
}

interface Attributes {
  transposeA: boolean;
  transposeB: boolean;
  activation: string;
  leakyreluAlpha: number;
}

type FusedProduct = (call: KernelCall<Operands, Attributes>) => TensorInfo;

/**
 * `fused.matMul` on wasm with its transposed operands transposed first, so that the fast path of the package's own
 * kernel (see splitBatchMatMul) is taken. Operands are rank 3.
 */
export function transposeFirst(original: FusedProduct): FusedProduct {
  const transpose = wasmKernel<{ x: TensorInfo }, { perm: number[] }>('Transpose');
  return ({ inputs, backend, attrs }) => {
    const owned: TensorInfo[] = [];
    const plain = (x: TensorInfo, flag: boolean): TensorInfo => {
      if (!flag) return x;
      const turned = transpose({ inputs: { x }, backend, attrs: { perm: [0, 2, 1] } });
      owned.push(turned);
      return turned;
    };
    const operands = { ...inputs, a: plain(inputs.a, attrs.transposeA), b: plain(inputs.b, attrs.transposeB) };
    const product = original({
      inputs: operands,
      backend,
      attrs: { ...attrs, transposeA: false, transposeB: false },
    });
    for (const info of owned) backend.disposeData(info.dataId);
    return product;
  };
}
