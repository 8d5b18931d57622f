import { InputError } from '@tsarank/io';
import { fromBfloat16, fromFloat16 } from './half-precision';
import { RandomAccessFile } from './random-access-file';
import { readSafetensorsHeader } from './safetensors-header';
import type { SafetensorsEntry } from './safetensors-header';
import type { TensorSource } from './tensor-source';

/** A tensor read whole. */
export interface StoredTensor {
  shape: number[];
  /** The number format in the file; `data` is float32 whatever it was. */
  dtype: string;
  data: Float32Array;
}

/**
 * Every tensor of a safetensors file, widened to float32.
 *
 * @throws {InputError} naming file and tensor when the file is malformed, truncated, or holds a dtype other than
 *   F64, F32, F16 and BF16.
 */
export function readSafetensors(file: string): Map<string, StoredTensor> {
  const source = openSafetensors(file);
  try {
    return new Map(
      [...source.entries].map(([name, { shape, dtype }]) => [name, { shape: [...shape], dtype, data: source.read(name) }]),
    );
  } finally {
    source.close();
  }
}

/** A safetensors file opened for reading tensor by tensor. */
export function openSafetensors(path: string): TensorSource {
  const file = new RandomAccessFile(path);
  let entries: Map<string, SafetensorsEntry>;
  try {
    entries = readSafetensorsHeader(file);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    file: path,
    entries,
    read(name) {
      const entry = entries.get(name);
      if (!entry) throw new InputError({ file: path, message: `has no tensor "${name}"` });
      return readTensor(file, name, entry);
    },
    close: () => file.close(),
  };
}

function readTensor(file: RandomAccessFile, name: string, { dtype, position, bytes }: SafetensorsEntry): Float32Array {
  const what = `tensor "${name}"`;
  const into = <T extends ArrayBufferView & { length: number }>(array: T): T => {
    file.readInto(new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength), position, what);
    return array;
  };
  switch (dtype) {
    case 'F32':
      return into(new Float32Array(bytes / 4));
    case 'F64':
      return Float32Array.from(into(new Float64Array(bytes / 8)));
    case 'F16':
      return Float32Array.from(into(new Uint16Array(bytes / 2)), fromFloat16);
    case 'BF16':
      return Float32Array.from(into(new Uint16Array(bytes / 2)), fromBfloat16);
    default:
      throw new InputError({ file: file.path, message: `${what} has dtype ${dtype}, expected F32, F16, BF16 or F64` });
  }
}
