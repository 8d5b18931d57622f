import { InputError, parseJson } from '@tsarank/io';
import { ELEMENT_BYTES } from '../element-types';
import type { RandomAccessFile } from '../random-access-file';
import { showValue } from '../show-value';
import type { TensorEntry } from '../tensor-source';

/** The reference implementation's own limit. */
const LONGEST_HEADER = 100_000_000;
/** The object of tensors, a tensor, its shape. */
const HEADER_LEVELS = 3;

export interface SafetensorsEntry extends TensorEntry {
  /** First byte in the file, and byte count. */
  position: number;
  bytes: number;
}

/**
 * The tensors of a safetensors file: 8 bytes of header length, the header as JSON, the data.
 *
 * Everything is checked against the file's size before anything of a size it names is allocated.
 *
 * Source: github.com/huggingface/safetensors, "Format".
 */
export function readSafetensorsHeader(file: RandomAccessFile): Map<string, SafetensorsEntry> {
  const wrong = (message: string) => new InputError({ file: file.path, message });
  const length = Number(file.read(0, 8, 'the header length').readBigUInt64LE());
  if (length > LONGEST_HEADER) throw wrong(`not a safetensors file: it names a header of ${length} bytes`);
  const text = file.read(8, length, 'the header').toString('utf8');
  let header: unknown;
  try {
    header = parseJson(text, {}, { duplicateKeys: 'last', levels: HEADER_LEVELS });
  } catch (error) {
    throw wrong(`not a safetensors file: its header is wrong (${(error as Error).message})`);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    throw wrong('not a safetensors file: its header is not a JSON object');
  }
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    entries.set(name, checkedEntry(name, value, 8 + length, file, wrong));
  }
  checkCovered(entries, 8 + length, file.size, wrong);
  return entries;
}

/** The format wants the data to be indexed whole: a byte of two tensors or of none is a sign of damage, or of a hidden load. */
function checkCovered(
  entries: Map<string, SafetensorsEntry>,
  start: number,
  size: number,
  wrong: (message: string) => InputError,
): void {
  let end = start;
  const inOrder = [...entries].sort(([, a], [, b]) => a.position - b.position || a.bytes - b.bytes);
  for (const [name, { position, bytes }] of inOrder) {
    if (position < end)
      throw wrong(`tensor "${name}" overlaps another: it begins at byte ${position}, the other ends at ${end}`);
    if (position > end) throw wrong(`${position - end} bytes before tensor "${name}" belong to no tensor; damaged`);
    end = position + bytes;
  }
  if (end !== size) throw wrong(`${size - end} bytes after the last tensor belong to none; damaged`);
}

function checkedEntry(
  name: string,
  value: unknown,
  start: number,
  file: RandomAccessFile,
  wrong: (message: string) => InputError,
): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const elementBytes =
    typeof dtype === 'string' && Object.hasOwn(ELEMENT_BYTES, dtype) ? ELEMENT_BYTES[dtype] : undefined;
  if (elementBytes === undefined) throw wrong(`tensor "${name}" has the unknown dtype ${showValue(dtype)}`);
  if (!isCounts(shape)) throw wrong(`tensor "${name}" has the shape ${showValue(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw wrong(`tensor "${name}" has the offsets ${showValue(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, elementBytes);
  if (bytes !== end - begin) {
    throw wrong(
      `tensor "${name}" [${shape.join(', ')}] ${dtype} needs ${bytes} bytes, its offsets span ${end - begin}`,
    );
  }
  if (start + end > file.size) {
    throw wrong(`truncated: tensor "${name}" ends at byte ${start + end}, the file has ${file.size}`);
  }
  return { dtype: dtype as string, shape, position: start + begin, bytes };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
