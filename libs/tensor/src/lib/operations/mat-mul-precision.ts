import { InputError } from '@tsarank/io';
import * as tf from '@tensorflow/tfjs';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

/** What matrix products are computed in; everything else, and every tensor seen from outside, is float32. */
export type Precision = 'float32' | 'bfloat16';

/** The parts of tfjs-node's backend and binding used here (4.22, tfjs_binding.ts). */
interface TensorflowBackend {
  binding: {
    TF_ATTR_BOOL: number;
    TF_ATTR_TYPE: number;
    TF_FLOAT: number;
    executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): OutputMetadata[];
    deleteTensor(id: number): void;
  };
  getInputTensorIds(inputs: TensorInfo[]): number[];
  createOutputTensor(metadata: OutputMetadata): TensorInfo;
}

interface OpAttribute {
  name: string;
  type: number;
  value: number | boolean;
}

interface OutputMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

interface MatMulCall {
  inputs: { a: TensorInfo; b: TensorInfo };
  attrs: { transposeA: boolean; transposeB: boolean };
  backend: TensorflowBackend;
}

/** DT_BFLOAT16 of TensorFlow's types.proto: TensorFlow.js has no such type, its binding passes it on. */
const BFLOAT16 = 14;

let precision: Precision = 'float32';
let wrapped = false;

/** The precision in force. */
export function matMulPrecision(): Precision {
  return precision;
}

/**
 * Chooses what `matMul` computes in, forward and in gradients. With bfloat16 the operands are rounded to 8 significant
 * bits and the sums are kept in float32 (oneDNN's kernels), which doubles the rate on processors with AVX-512 BF16.
 *
 * @throws {InputError} for bfloat16 on an engine other than TensorFlow.
 */
export function setMatMulPrecision(wanted: Precision): void {
  if (wanted === 'bfloat16' && tf.getBackend() !== 'tensorflow')
    throw new InputError({
      field: 'precision',
      found: `"bfloat16" with the engine ${tf.getBackend()}`,
      expected: 'the tensorflow engine (npx nx run native), or float32',
    });
  if (wanted === 'bfloat16' && !wrapped) {
    wrapKernel();
    wrapped = true;
  }
  precision = wanted;
}

function wrapKernel(): void {
  const original = tf.getKernel('BatchMatMul', 'tensorflow').kernelFunc;
  tf.unregisterKernel('BatchMatMul', 'tensorflow');
  tf.registerKernel({
    kernelName: 'BatchMatMul',
    backendName: 'tensorflow',
    kernelFunc: ((call: MatMulCall) => {
      const { a, b } = call.inputs;
      const rounded = precision === 'bfloat16' && a.dtype === 'float32' && b.dtype === 'float32';
      return rounded ? multiplyRounded(call) : original(call as never);
    }) as unknown as KernelFunc,
  });
}

function multiplyRounded({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }: MatMulCall): TensorInfo {
  const { binding } = backend;
  const run = (name: string, attributes: OpAttribute[], ids: number[]): OutputMetadata =>
    binding.executeOp(name, attributes, ids, 1)[0]!;
  const cast = (id: number, from: number, to: number): OutputMetadata =>
    run(
      'Cast',
      [
        { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
        { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
        { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
      ],
      [id],
    );
  const held: number[] = [];
  const hold = (metadata: OutputMetadata): number => {
    held.push(metadata.id);
    return metadata.id;
  };
  try {
    const ids = backend.getInputTensorIds([a, b]).map((id) => hold(cast(id, binding.TF_FLOAT, BFLOAT16)));
    const plain = a.shape.length === 2 && b.shape.length === 2;
    const product = run(
      plain ? 'MatMul' : 'BatchMatMulV2',
      [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: BFLOAT16 },
        { name: plain ? 'transpose_a' : 'adj_x', type: binding.TF_ATTR_BOOL, value: transposeA },
        { name: plain ? 'transpose_b' : 'adj_y', type: binding.TF_ATTR_BOOL, value: transposeB },
      ],
      ids,
    );
    return backend.createOutputTensor(cast(hold(product), BFLOAT16, binding.TF_FLOAT));
  } finally {
    for (const id of held) binding.deleteTensor(id);
  }
}
