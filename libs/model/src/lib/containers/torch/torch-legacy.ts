import { InputError } from '@tsarank/io';
import type { RandomAccessFile } from '../random-access-file';
import { showValue } from '../show-value';
import { torchWorld } from './torch-tensors';
import { unpickleNext } from './unpickle';
import type { PickleWorld } from './unpickle';

/** Of the pickles before the numbers, all together. */
const LONGEST_PICKLES = 16 << 20;
/** The first pickle, whole: protocol 2, the integer 0x1950a86a20f9469cfc6c. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const PROTOCOL = 1001;
const PLAIN: PickleWorld = {
  global: () => undefined,
  persistent: () => undefined,
};

/** Whether a file is as `torch.save` wrote it before PyTorch 1.6. */
export function isLegacyTorch(file: RandomAccessFile): boolean {
  return file.size >= MAGIC.length && file.read(0, MAGIC.length, 'the start').equals(MAGIC);
}

/**
 * What a file of that format holds: five pickles in a row (magic number, protocol, kind of machine, the tensors, the keys of their
 * storages), then for every key the count of its numbers in 8 bytes, and the numbers.
 *
 * Source: PyTorch `torch/serialization.py` (`_legacy_save`, `_legacy_load`).
 *
 * @throws {InputError} as `unpickle`, or when the storages are not those of the tensors.
 */
export function readLegacyTorch(file: RandomAccessFile): unknown {
  const wrong = (message: string) => new InputError({ file: file.path, message });
  const bytes = file.read(0, Math.min(LONGEST_PICKLES, file.size), 'the pickles');
  let at = MAGIC.length;
  const next = (world: PickleWorld): unknown => {
    const { value, end } = unpickleNext(bytes, at, file.path, world);
    at = end;
    return value;
  };
  const protocol = next(PLAIN);
  if (protocol !== PROTOCOL) throw wrong(`has the protocol ${showValue(protocol)}, expected ${PROTOCOL}`);
  const machine = next(PLAIN);
  if (!(machine instanceof Map) || machine.get('little_endian') !== true)
    throw wrong('was written on a big-endian machine, expected little endian');
  const places = new Map<string, { position: number; bytes: number; elements: number }>();
  const value = next(
    torchWorld(file.path, (key, elements, bytesEach) => {
      const place = { position: NaN, bytes: elements * bytesEach, elements };
      places.set(key, place);
      return place;
    }),
  );
  const keys = next(PLAIN);
  if (!Array.isArray(keys) || new Set(keys).size !== keys.length || keys.length !== places.size) {
    throw wrong(
      `lists ${Array.isArray(keys) ? keys.length : 'no'} storages, its tensors are in ${places.size}; damaged`,
    );
  }
  for (const key of keys as unknown[]) {
    const place = places.get(key as string);
    if (!place) throw wrong(`has a storage ${showValue(key)} that no tensor is in; damaged`);
    const count = file.read(at, 8, 'the size of a storage').readBigInt64LE();
    if (count !== BigInt(place.elements))
      throw wrong(`storage ${showValue(key)} has ${count} numbers, its tensors say ${place.elements}; damaged`);
    place.position = at + 8;
    file.check(place.position, place.bytes, `storage ${showValue(key)}`);
    at = place.position + place.bytes;
  }
  return value;
}
