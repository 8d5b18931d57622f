import { InputError } from '@tsarank/io';
import { ELEMENT_BYTES, readElements } from '../element-types';
import { RandomAccessFile } from '../random-access-file';
import { readSafetensorsHeader } from './safetensors-header';
import type { SafetensorsEntry } from './safetensors-header';
import type { TensorSource } from '../tensor-source';

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
      [...source.entries].map(([name, { shape, dtype }]) => [
        name,
        { shape: [...shape], dtype, data: source.read(name) },
      ]),
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
    read(name, part) {
      const entry = entries.get(name);
      if (!entry) throw new InputError({ file: path, message: `has no tensor "${name}"` });
      const { dtype, position, bytes } = entry;
      return readElements(file, `tensor "${name}"`, dtype, position, bytes / ELEMENT_BYTES[dtype]!, part);
    },
    close: () => file.close(),
  };
}
