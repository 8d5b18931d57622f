import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { loadModel, writeSafetensors, type WritableTensor } from '@tsarank/model';
import { openFolderWeights } from '@tsarank/model/containers';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';

const reference = resolve(__dirname, 'reference');
const folder = mkdtempSync(join(tmpdir(), 'containers-'));
const NOT_WEIGHTS = /^(?!(model|pytorch_model)\b)|\.json$/;
/** All that models of nine positions can take. */
const shortest = [
  { query: 'x', document: '' },
  { query: 'e', document: '' },
];
const pairs = [
  ...shortest,
  { query: 'the cat', document: 'The cat sat on the mat.' },
  { query: '日本語 what', document: 'emoji 😀 ok' },
];

/** Checkpoint, where its `.bin` and `.gguf` lie if not beside it; llama.cpp has no GPT-Neo and no OPT. */
const checkpoints: readonly { name: string; bin?: string; gguf?: boolean; ninePositions?: boolean }[] = [
  { name: 'baichuan-7b', gguf: true },
  { name: 'bloom-published', gguf: true },
  { name: 'gpt-neo-local', ninePositions: true },
  { name: 'gpt-neox-parallel', gguf: true },
  { name: 'gpt2-tied', gguf: true, ninePositions: true },
  { name: 'llama-sharded-bf16', bin: 'bin-llama-sharded-bf16', gguf: true },
  { name: 'llama-tied', bin: 'bin-llama-tied', gguf: true },
  { name: 'mistral-full', gguf: true },
  { name: 'opt-pre-norm', ninePositions: true },
  { name: 'qwen-published', gguf: true },
  { name: 'qwen2-tied', gguf: true },
  { name: 'qwen3-tied', gguf: true },
  { name: 'smollm3-tied' },
];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(checkpoints)(
  'the same tensors in every container: $name',
  ({ name, bin = name, gguf, ninePositions }) => {
    const kinds: Record<string, string> = {
      safetensors: storedAs(name, 'single', single),
      'sharded safetensors': storedAs(name, 'sharded', sharded),
      'pytorch_model.bin': storedAs(name, 'bin', (_, copy) =>
        copyFiles(join(reference, bin), copy, (file) => file.startsWith('pytorch_model')),
      ),
      ...(gguf ? { gguf: join(reference, name, 'model.gguf') } : {}),
    };

    it.each(enginesUnderTest.filter((engine) => engine !== 'cpu'))(
      'give the same weights and the same scores on %s',
      async (engine) => {
        await selectEngine(engine);
        const found = new Map<string, { weights: [string, Uint8Array][]; scores: Float64Array }>();
        for (const [kind, place] of Object.entries(kinds)) {
          const { model, tokenizer } = await loadModel(place);
          const weights = [...model.weights].map(([key, weight]): [string, Uint8Array] => [
            key,
            new Uint8Array(weight.dataSync().slice().buffer),
          ]);
          found.set(kind, {
            weights,
            scores: await scorePairs({ model, tokenizer, pairs: ninePositions ? shortest : pairs }),
          });
          model.dispose();
        }
        const expected = found.get('safetensors')!;
        expect(expected.scores.every((score) => score < 0)).toBe(true);
        for (const kind of Object.keys(kinds)) expect({ kind, ...found.get(kind)! }).toEqual({ kind, ...expected });
      },
    );
  },
);

/** A checkpoint's folder with its weights put away by `write`. */
function storedAs(
  name: string,
  kind: string,
  write: (tensors: Map<string, WritableTensor>, copy: string) => void,
): string {
  const copy = join(folder, `${name}-${kind}`);
  mkdirSync(copy);
  copyFiles(join(reference, name), copy, (file) => NOT_WEIGHTS.test(file) && !file.endsWith('.index.json'));
  const source = openFolderWeights(join(reference, name));
  try {
    write(new Map([...source.entries].map(([key, { shape }]) => [key, { shape, data: source.read(key) }])), copy);
  } finally {
    source.close();
  }
  return copy;
}

function single(tensors: Map<string, WritableTensor>, copy: string): void {
  writeSafetensors(join(copy, 'model.safetensors'), tensors);
}

/** Every third tensor in a shard of its own kind. */
function sharded(tensors: Map<string, WritableTensor>, copy: string): void {
  const weightMap: Record<string, string> = {};
  for (const shard of [0, 1, 2]) {
    const file = `model-0000${shard + 1}-of-00003.safetensors`;
    const own = new Map([...tensors].filter((_, index) => index % 3 === shard));
    writeSafetensors(join(copy, file), own);
    for (const key of own.keys()) weightMap[key] = file;
  }
  writeFileSync(join(copy, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
}

function copyFiles(from: string, to: string, wanted: (file: string) => boolean): void {
  for (const file of readdirSync(from).filter(wanted)) {
    if (existsSync(join(from, file))) cpSync(join(from, file), join(to, basename(file)));
  }
}
