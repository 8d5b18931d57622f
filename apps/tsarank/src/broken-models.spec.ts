import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { startCommand } from './spawned-command';

const reference = resolve(__dirname, '../../../test/reference/llama-tied');
const folder = mkdtempSync(join(tmpdir(), 'broken-models-'));
const pairs = join(folder, 'pairs.jsonl');
const touched = join(folder, 'touched');
/** Several times what the command needs for a small model, and far below what the files ask for. */
const MOST_BYTES = 600e6;

writeFileSync(pairs, '{"query":"cat","document":"a pet"}\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = (value: bigint | number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => Buffer.concat([count(Buffer.byteLength(value)), Buffer.from(value)]);
const uint32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const HUGE = 2n ** 60n;

/** A ZIP file of one entry, `archive/data.pkl`. */
function zip(bytes: Buffer, { method = 0, size = bytes.length } = {}): Buffer {
  const name = Buffer.from('archive/data.pkl');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50);
  for (const [header, at] of [
    [local, 8],
    [central, 10],
  ] as const) {
    header.writeUInt16LE(method, at);
    header.writeUInt32LE(bytes.length, at + 10);
    header.writeUInt32LE(size, at + 14);
    header.writeUInt16LE(name.length, at + 18);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + bytes.length, 16);
  return Buffer.concat([local, name, bytes, central, name, end]);
}

/** What Python's pickle module would run as `os.system('touch …')`. */
function commandPickle(): Buffer {
  const command = Buffer.from(`touch ${touched}`);
  return Buffer.concat([
    Buffer.from('\x80\x02cposix\nsystem\nX', 'latin1'),
    uint32(command.length),
    command,
    Buffer.from('\x85R.', 'latin1'),
  ]);
}

function safetensors(header: string): Buffer {
  return Buffer.concat([count(header.length), Buffer.from(header), Buffer.alloc(16)]);
}

const overlapping = JSON.stringify({
  a: { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
  b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
});
const gguf = (...parts: Buffer[]) => Buffer.concat([Buffer.from('GGUF'), uint32(3), ...parts]);
const architecture = (name: string) => Buffer.concat([text('general.architecture'), uint32(8), text(name)]);

describe.each<[string, string, Buffer, RegExp]>([
  [
    'a pickle that asks for a function to run',
    'pytorch_model.bin',
    zip(commandPickle()),
    /pytorch_model\.bin: its pickle asks for "posix\.system", which is not allowed/,
  ],
  [
    'a ZIP file that would be unpacked to 4 GB',
    'pytorch_model.bin',
    zip(deflateRawSync(Buffer.alloc(1 << 24)), { method: 8, size: 0xfffffff0 }),
    /pytorch_model\.bin: entry "archive\/data\.pkl" is compressed/,
  ],
  [
    'an entry larger than its ZIP file',
    'pytorch_model.bin',
    zip(Buffer.alloc(8), { size: 0xfffffff0 }),
    /pytorch_model\.bin: entry "archive\/data\.pkl" .*damaged/,
  ],
  [
    'a safetensors header of 2^60 bytes',
    'model.safetensors',
    Buffer.concat([count(HUGE), Buffer.from('{}')]),
    /model\.safetensors: not a safetensors file: it names a header of 11529215046068\d+ bytes/,
  ],
  [
    'tensors that overlap',
    'model.safetensors',
    safetensors(overlapping),
    /model\.safetensors: tensor "b" overlaps another: it begins at byte/,
  ],
  [
    'a tensor of 2^60 numbers',
    'model.safetensors',
    safetensors(`{"a":{"dtype":"F32","shape":[${2 ** 52}],"data_offsets":[0,${2 ** 53 - 2}]}}`),
    /model\.safetensors: tensor "a"/,
  ],
  [
    'an index that names a file elsewhere',
    'model.safetensors.index.json',
    Buffer.from('{"weight_map":{"a":"../../x"}}'),
    /field "weight_map": found "\.\.\/\.\.\/x", expected a file name without a path/,
  ],
  [
    '2^60 tensors in GGUF',
    'model.gguf',
    gguf(count(HUGE), count(0)),
    /model\.gguf: names 11529215046068\d+ tensors at byte 8/,
  ],
  [
    'a GGUF list of 2^60 items',
    'model.gguf',
    gguf(count(0), count(1), text('x'), uint32(9), uint32(0), count(HUGE)),
    /model\.gguf: names 11529215046068\d+ items of .x./,
  ],
  [
    'a GGUF file of a family that llama.cpp has not',
    'model.gguf',
    gguf(count(0), count(1), architecture('opt')),
    /model\.gguf: GGUF files of "opt" models are not read/,
  ],
])('%s', (_, name, bytes, message) => {
  it('is refused with its reason, in little memory and time', async () => {
    const model = mkdtempSync(join(folder, 'model-'));
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      cpSync(join(reference, file), join(model, file));
    writeFileSync(join(model, name), bytes);
    const place = name.endsWith('.gguf') ? join(model, name) : model;
    const { child, ended } = startCommand(
      ['score', '--model', place, '--pairs', pairs, '--out', join(folder, 'scores.jsonl')],
      { TSARANK_ENGINE: 'cpu' },
    );
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, residentBytes(child.pid))), 50);
    const { code, stdout, stderr } = await ended;
    clearInterval(watch);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at '); // no stack
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(most).toBeLessThan(MOST_BYTES);
    expect(existsSync(touched)).toBe(false);
  }, 30_000);
});

/** The most that a process has held, where the system says so. */
function residentBytes(pid: number | undefined): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

it('the models around them are whole', async () => {
  const model = join(folder, 'whole');
  mkdirSync(model);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'])
    cpSync(join(reference, file), join(model, file));
  const { code } = await startCommand(
    ['score', '--model', model, '--pairs', pairs, '--out', join(folder, 'scores.jsonl')],
    { TSARANK_ENGINE: 'cpu' },
  ).ended;
  expect(code).toBe(0);
}, 30_000);
