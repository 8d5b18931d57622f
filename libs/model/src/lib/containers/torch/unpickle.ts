import { InputError } from '@tsarank/io';
import { showValue } from '../show-value';

/** What a pickle's names stand for. Nothing else is ever called. */
export interface PickleWorld {
  /** The function or class of a name, `collections.OrderedDict`; undefined where it is not allowed. */
  global(name: string): ((args: readonly unknown[]) => unknown) | undefined;
  /** The object of a persistent id. */
  persistent(id: unknown): unknown;
}

const MARK = Symbol('mark');
const OPCODES = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  binfloat: 0x47,
  binint: 0x4a,
  binint1: 0x4b,
  binint2: 0x4d,
  none: 0x4e,
  persid: 0x51,
  reduce: 0x52,
  shortBinstring: 0x55,
  binunicode: 0x58,
  emptyList: 0x5d,
  append: 0x61,
  build: 0x62,
  global: 0x63,
  appends: 0x65,
  binget: 0x68,
  longBinget: 0x6a,
  binput: 0x71,
  longBinput: 0x72,
  setitem: 0x73,
  tuple: 0x74,
  setitems: 0x75,
  emptyDict: 0x7d,
  proto: 0x80,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  newtrue: 0x88,
  newfalse: 0x89,
  long1: 0x8a,
} as const;
const LONGEST_GLOBAL = 200;
/** A tensor takes some 35 steps and a dict; a step is one byte and could make something of hundreds. */
const MOST_STEPS = 4_000_000;
const MOST_DICTS = 200_000;

/**
 * The value of a pickle, in the part of protocol 2 that `torch.save` writes for tensors in dicts and lists. A pickle is a
 * program; this reads it as data: dicts become Maps, lists and tuples arrays, and the only calls are those that `world` has.
 *
 * Source: CPython `Lib/pickletools.py` (opcodes); PyTorch `torch/_weights_only_unpickler.py` (the part that torch writes).
 *
 * @param file Named in errors.
 * @throws {InputError} naming the global that is not allowed, or the byte where the pickle is malformed.
 */
export function unpickle(bytes: Buffer, file: string, world: PickleWorld): unknown {
  return unpickleNext(bytes, 0, file, world).value;
}

/** `unpickle` of one of several pickles in a row: its value, and where the next begins. */
export function unpickleNext(
  bytes: Buffer,
  start: number,
  file: string,
  world: PickleWorld,
): { value: unknown; end: number } {
  const wrong = (message: string) => new InputError({ file, message });
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let at = start;
  let dicts = 0;
  const made = (value: unknown): unknown => {
    if (value instanceof Map) dicts += 1;
    if (dicts > MOST_DICTS) throw wrong(`its pickle makes more dicts than ${MOST_DICTS}`);
    return value;
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length)
      throw wrong(`its pickle ends in the middle, at byte ${bytes.length}; damaged or truncated`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const malformed = () => wrong(`its pickle is malformed at byte ${at - 1}`);
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw malformed();
    return stack.pop();
  };
  const popMarked = (): unknown[] => {
    const mark = marks.pop();
    if (mark === undefined) throw malformed();
    const items = stack.splice(mark);
    return items.slice(1);
  };
  const popTuple = (length: number): void => {
    const items = Array.from({ length }, pop);
    stack.push(items.reverse());
  };
  const top = (): unknown => {
    if (stack.length === 0) throw malformed();
    return stack.at(-1);
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0 || end - at > LONGEST_GLOBAL) throw malformed();
    return take(end + 1 - at)
      .subarray(0, -1)
      .toString('utf8');
  };
  const fill = (items: unknown[]): void => {
    const dict = top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw malformed();
    for (let index = 0; index < items.length; index += 2) dict.set(items[index], items[index + 1]);
  };
  const extend = (items: unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw malformed();
    for (const item of items) list.push(item);
  };
  const remembered = (index: number): unknown => {
    if (!memo.has(index)) throw malformed();
    return memo.get(index);
  };
  const call = (): void => {
    const args = pop();
    const callee = pop();
    if (typeof callee !== 'function' || !Array.isArray(args)) throw malformed();
    stack.push(made(callee(args)));
  };
  const global = (): void => {
    const name = `${line()}.${line()}`;
    const found = world.global(name);
    if (!found)
      throw wrong(`its pickle asks for ${showValue(name)}, which is not allowed in a file of weights; nothing was run`);
    stack.push(found);
  };
  const steps: Record<number, () => void> = {
    [OPCODES.proto]: () => {
      const protocol = take(1).readUInt8();
      if (protocol !== 2) throw wrong(`its pickle has protocol ${protocol}, expected 2`);
    },
    [OPCODES.mark]: () => marks.push(stack.push(MARK) - 1),
    [OPCODES.emptyTuple]: () => stack.push([]),
    [OPCODES.emptyList]: () => stack.push([]),
    [OPCODES.emptyDict]: () => stack.push(made(new Map())),
    [OPCODES.tuple]: () => stack.push(popMarked()),
    [OPCODES.tuple1]: () => popTuple(1),
    [OPCODES.tuple2]: () => popTuple(2),
    [OPCODES.tuple3]: () => popTuple(3),
    [OPCODES.none]: () => stack.push(null),
    [OPCODES.newtrue]: () => stack.push(true),
    [OPCODES.newfalse]: () => stack.push(false),
    [OPCODES.binint]: () => stack.push(take(4).readInt32LE()),
    [OPCODES.binint1]: () => stack.push(take(1).readUInt8()),
    [OPCODES.binint2]: () => stack.push(take(2).readUInt16LE()),
    [OPCODES.binfloat]: () => stack.push(take(8).readDoubleBE()),
    [OPCODES.long1]: () => stack.push(integer(take(take(1).readUInt8()), wrong)),
    [OPCODES.shortBinstring]: () => stack.push(take(take(1).readUInt8()).toString('latin1')),
    [OPCODES.binunicode]: () => stack.push(take(take(4).readUInt32LE()).toString('utf8')),
    [OPCODES.binput]: () => memo.set(take(1).readUInt8(), top()),
    [OPCODES.longBinput]: () => memo.set(take(4).readUInt32LE(), top()),
    [OPCODES.binget]: () => stack.push(remembered(take(1).readUInt8())),
    [OPCODES.longBinget]: () => stack.push(remembered(take(4).readUInt32LE())),
    [OPCODES.append]: () => extend([pop()]),
    [OPCODES.appends]: () => extend(popMarked()),
    [OPCODES.setitem]: () => {
      const value = pop();
      fill([pop(), value]);
    },
    [OPCODES.setitems]: () => fill(popMarked()),
    [OPCODES.persid]: () => stack.push(world.persistent(pop())),
    [OPCODES.global]: global,
    [OPCODES.reduce]: call,
    // Attributes of a state dict (its _metadata): of no use here.
    [OPCODES.build]: () => {
      pop();
      if (!(top() instanceof Map)) throw malformed();
    },
  };
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const opcode = take(1).readUInt8();
    if (opcode === OPCODES.stop) return { value: pop(), end: at };
    const step = steps[opcode];
    if (!step)
      throw wrong(
        `its pickle has the opcode 0x${opcode.toString(16)} at byte ${at - 1}, which PyTorch does not write for weights`,
      );
    step();
  }
  throw wrong(`its pickle takes more than ${MOST_STEPS} steps`);
}

/** Little endian two's complement of any length. */
function integer(bytes: Buffer, wrong: (message: string) => InputError): number {
  if (bytes.length > 8) throw wrong(`its pickle has an integer of ${bytes.length} bytes`);
  const value =
    bytes.length === 0
      ? 0
      : Number(BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)));
  if (!Number.isSafeInteger(value)) throw wrong(`its pickle has the integer ${value}`);
  return value;
}
