import * as tf from '@tensorflow/tfjs';
import type { WasmBackend } from '../wasm-kernels/wasm-backend';

/** Fills `values` with a tensor's numbers from the `start`-th on, in row-major order. */
export type ReadPart = (start: number, values: Float32Array) => void;

/** The parts of NodeJSKernelBackend used here (tfjs-node 4.22, nodejs_kernel_backend.ts). */
interface TensorflowBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_BOOL: number; TF_FLOAT: number };
  executeSingleOutput(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.Tensor[],
  ): tf.Tensor;
}

/** Numbers read at a time: 2 MiB. */
const PIECE = 1 << 19;

/**
 * A float32 tensor that is read part by part straight into the engine's memory, so that it is never there twice. Of a
 * tensor made the usual way the TensorFlow engine holds the values on the JavaScript side until it is first used, and the
 * copy there lasts until the garbage is collected.
 *
 * @param readPart Called for one part after another, from the first to the last. What it gets is of use during the call only.
 */
export function tensorOfParts(shape: readonly number[], readPart: ReadPart): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const engine = tf.getBackend();
  if (size > 0 && engine === 'wasm') return inWasm(shape, size, readPart);
  if (size > 0 && engine === 'tensorflow' && shape.length > 1) return inTensorflow(shape, size, readPart);
  const values = new Float32Array(size);
  inPieces(size, PIECE, (start, count) => readPart(start, values.subarray(start, start + count)));
  return tf.tensor(values, [...shape], 'float32');
}

function inWasm(shape: readonly number[], size: number, readPart: ReadPart): tf.Tensor {
  const backend = tf.backend() as unknown as WasmBackend;
  const info = backend.makeOutput([...shape], 'float32');
  const tensor = tf.engine().makeTensorFromTensorInfo(info);
  try {
    inPieces(size, PIECE, (start, count) => {
      // Anew each time: when the memory grows, older views are cut off.
      const values = backend.typedArrayFromHeap(info) as Float32Array;
      readPart(start, values.subarray(start, start + count));
    });
  } catch (error) {
    tensor.dispose();
    throw error;
  }
  return tensor;
}

/** `InplaceUpdate` writes rows into the buffer of its first input and gives that buffer out again. */
function inTensorflow(shape: readonly number[], size: number, readPart: ReadPart): tf.Tensor {
  const backend = tf.backend() as unknown as TensorflowBackend;
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = backend.binding;
  const rest = shape.slice(1);
  const width = size / shape[0]!;
  const tensor = tf.tidy(() =>
    backend.executeSingleOutput(
      'Empty',
      [
        { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT },
        { name: 'init', type: TF_ATTR_BOOL, value: false },
      ],
      [tf.tensor1d([...shape], 'int32')],
    ),
  );
  const scratch = new Float32Array(Math.min(size, width * Math.max(1, Math.floor(PIECE / width))));
  try {
    inPieces(size, scratch.length, (start, count) => {
      const values = scratch.subarray(0, count);
      readPart(start, values);
      tf.tidy(() => {
        const rows = tf.range(start / width, (start + count) / width, 1, 'int32');
        const part = tf.tensor(values, [count / width, ...rest], 'float32');
        backend.executeSingleOutput(
          'InplaceUpdate',
          [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }],
          [tensor, rows, part],
        );
      });
    });
  } catch (error) {
    tensor.dispose();
    throw error;
  }
  return tensor;
}

function inPieces(size: number, piece: number, visit: (start: number, count: number) => void): void {
  for (let start = 0; start < size; start += piece) visit(start, Math.min(piece, size - start));
}
