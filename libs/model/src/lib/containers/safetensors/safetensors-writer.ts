import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError, makeDirectory } from '@tsarank/io';
import { toBfloat16, toFloat16 } from '../half-precision';

export type SafetensorsDtype = 'F32' | 'F16' | 'BF16';

/** A tensor to be written; a function is called when its turn comes, so that one tensor at a time is in memory. */
export interface WritableTensor {
  shape: readonly number[];
  data: Float32Array | (() => Float32Array);
}

/**
 * Write tensors in the map's order as one safetensors file, whole or not at all.
 *
 * Narrowing rounds to nearest, ties to even. Equal tensors give equal bytes.
 *
 * @throws {InputError} when the file can't be written.
 * @throws {RangeError} when a tensor's data does not have the size of its shape.
 */
export function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, WritableTensor>,
  dtype: SafetensorsDtype = 'F32',
): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    makeDirectory(dirname(file));
    const handle = openSync(temporary, 'w');
    try {
      writeAll(handle, header(tensors, dtype));
      for (const [name, { shape, data }] of tensors) {
        const values = typeof data === 'function' ? data() : data;
        if (values.length !== count(shape)) {
          throw new RangeError(`tensor "${name}" [${shape.join(', ')}] came with ${values.length} values`);
        }
        writeAll(handle, encode(values, dtype));
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InputError({ file, message: `can't be written (${(error as Error).message})` });
  }
}

function header(tensors: ReadonlyMap<string, WritableTensor>, dtype: SafetensorsDtype): Buffer {
  const elementBytes = dtype === 'F32' ? 4 : 2;
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const end = offset + count(shape) * elementBytes;
    entries[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = JSON.stringify(entries);
  const length = Math.ceil(Buffer.byteLength(text) / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  bytes.write(text, 8);
  return bytes;
}

function encode(values: Float32Array, dtype: SafetensorsDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const halves = Uint16Array.from(values, dtype === 'F16' ? toFloat16 : toBfloat16);
  return new Uint8Array(halves.buffer);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
}
