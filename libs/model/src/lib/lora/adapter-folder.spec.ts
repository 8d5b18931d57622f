import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { selectEngine } from '@tsarank/tensor';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { writeSafetensors } from '../containers/safetensors/safetensors-writer';
import { loadModel } from '../loading/load-model';

const reference = resolve(__dirname, '../../../../../test/reference');
const base = join(reference, 'llama-tied');
let folder: string;
let adapter: string;

beforeAll(() => selectEngine('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adapter-'));
  adapter = join(folder, 'adapter');
  cpSync(join(reference, 'lora-llama'), adapter, { recursive: true });
  change({ base_model_name_or_path: base });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function change(options: Record<string, unknown>): void {
  const file = join(adapter, 'adapter_config.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...options }));
}

async function failure(): Promise<string> {
  const error: unknown = await loadModel(adapter).then(
    ({ model }) => model.dispose(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message;
}

describe('adapter_config.json', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ peft_type: 'IA3' }, 'field "peft_type": found "IA3", expected LORA'],
    [{ task_type: 'TOKEN_CLS' }, 'field "task_type": found "TOKEN_CLS", expected null or one of CAUSAL_LM'],
    [{ task_type: 'SEQ_2_SEQ_LM' }, 'expected CAUSAL_LM'],
    [{ bias: 'lora_only' }, 'field "bias": found "lora_only", expected "none"'],
    [{ use_dora: true }, 'field "use_dora": found true, expected null or false: the option is not built'],
    [{ lora_bias: true }, 'field "lora_bias": found true'],
    [
      {
        layer_replication: [
          [0, 2],
          [1, 2],
        ],
      },
      'field "layer_replication": found [[0,2],[1,2]]',
    ],
    [{ trainable_token_indices: [1] }, 'field "trainable_token_indices"'],
    [{ target_parameters: ['experts.down'] }, 'field "target_parameters"'],
    [{ init_lora_weights: 'pissa' }, 'field "init_lora_weights": found "pissa", expected true, false, gaussian'],
    [{ of_next_year: 3 }, 'field "of_next_year": found 3, expected null or false: the option is not built'],
    [{ r: 0 }, 'field "r": found 0, expected a positive number'],
    [{ r: 2.5 }, 'field "r": found 2.5, expected a positive integer'],
    [{ lora_alpha: -1 }, 'field "lora_alpha": found -1'],
    [{ rank_pattern: { q_proj: '3' } }, 'field "rank_pattern.q_proj": found "3"'],
    [{ layers_to_transform: [0.5] }, 'field "layers_to_transform": found'],
    [
      { layers_pattern: 'layers' },
      'field "layers_to_transform": found nothing, expected numbers of blocks beside layers_pattern',
    ],
    [{ target_modules: [7] }, 'field "target_modules": found "[7]", expected a list of names'],
    [{ base_model_name_or_path: null }, 'field "base_model_name_or_path": found nothing, expected a string'],
  ])('%j is refused', async (options, message) => {
    change(options);
    const said = await failure();
    expect(said).toContain(join(adapter, 'adapter_config.json'));
    expect(said).toContain(message);
  });

  it('may have options that are off, and those without a say in what an adapter computes', async () => {
    change({
      of_next_year: null,
      of_the_year_after: {},
      use_dora: false,
      lora_dropout: 0.1,
      loftq_config: {},
      peft_version: '9',
      init_lora_weights: 'gaussian',
    });
    (await loadModel(adapter)).model.dispose();
  });
});

describe('tensors of an adapter', () => {
  const retensor = (edit: (tensors: Map<string, { shape: number[]; data: Float32Array }>) => void): void => {
    const file = join(adapter, 'adapter_model.safetensors');
    const tensors = new Map([...readSafetensors(file)]);
    edit(tensors);
    writeSafetensors(file, tensors);
  };
  const name = 'base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight';

  it.each<[string, (tensors: Map<string, { shape: number[]; data: Float32Array }>) => void, string]>([
    ['is missing', (tensors) => tensors.delete(name), `missing tensors: ${name}`],
    [
      'is of another shape',
      (tensors) => tensors.set(name, { shape: [2, 16], data: new Float32Array(32) }),
      `tensors of another shape: ${name} [2, 16], expected [3, 16]`,
    ],
    [
      'is not expected',
      (tensors) => tensors.set(name.replace('q_proj', 'k_proj'), tensors.get(name)!),
      `unexpected tensors: ${name.replace('q_proj', 'k_proj')}`,
    ],
    [
      'has no prefix',
      (tensors) => tensors.set('x.lora_A.weight', tensors.get(name)!),
      'unexpected tensors: x.lora_A.weight',
    ],
  ])('are refused where one %s', async (_, edit, message) => {
    retensor(edit);
    expect(await failure()).toContain(`adapter_model.safetensors: ${message}`);
  });

  it('are refused where they belong to a matrix that has two uses', async () => {
    change({ target_modules: ['q_proj', 'lm_head'], modules_to_save: ['embed_tokens'] });
    expect(await failure()).toContain('found model.embed_tokens, expected modules whose matrix has one use alone');
  });

  it('may be of the output matrix and the embedding, whose own matrix goes before that of the base model where it is there', async () => {
    const untied = join(reference, 'llama-untied-bias');
    const stored = new Map([...readSafetensors(join(untied, 'model.safetensors'))]);
    const [rows, width] = stored.get('lm_head.weight')!.shape as [number, number];
    const tensor = (shape: number[], value: (index: number) => number) => ({
      shape,
      data: Float32Array.from({ length: shape[0]! * shape[1]! }, (_, index) => value(index)),
    });
    const own = tensor([rows, width], (index) => index % 7);
    retensor((tensors) => {
      tensors.clear();
      tensors.set('base_model.model.lm_head.base_layer.weight', own);
      tensors.set(
        'base_model.model.lm_head.lora_A.weight',
        tensor([1, width], (index) => index),
      );
      tensors.set(
        'base_model.model.lm_head.lora_B.weight',
        tensor([rows, 1], (index) => index % 5),
      );
      tensors.set(
        'base_model.model.model.embed_tokens.lora_embedding_A',
        tensor([1, rows], (index) => index % 3),
      );
      tensors.set(
        'base_model.model.model.embed_tokens.lora_embedding_B',
        tensor([width, 1], (index) => index),
      );
    });
    change({ base_model_name_or_path: untied, target_modules: ['lm_head', 'embed_tokens'], r: 1, lora_alpha: 2 });
    const { model } = await loadModel(adapter);
    const found = (name: string) => model.weights.get(name)!.dataSync();
    const embedding = stored.get('model.embed_tokens.weight')!.data;
    const sum = (base: ArrayLike<number>, period: number) =>
      Float32Array.from(base, (value, index) => value + 2 * (Math.floor(index / width) % period) * (index % width));
    expect(found('lm_head.weight')).toEqual(sum(own.data, 5));
    expect(found('model.embed_tokens.weight')).toEqual(sum(embedding, 3));
    model.dispose();
  });

  it("are looked for in both of PEFT's forms", async () => {
    rmSync(join(adapter, 'adapter_model.safetensors'));
    expect(await failure()).toContain('has no weights, expected adapter_model.safetensors or adapter_model.bin');
  });
});

describe('the base model of an adapter', () => {
  const load = async (options = {}): Promise<string> => {
    const { model, hash } = await loadModel(adapter, options);
    model.dispose();
    return hash;
  };

  it('is found by a path from the adapter, from the working directory, or as a whole; the hash is the same', async () => {
    const hashes = [await load()];
    change({ base_model_name_or_path: relative(adapter, base) });
    hashes.push(await load());
    change({ base_model_name_or_path: relative(process.cwd(), base) });
    hashes.push(await load());
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).not.toBe((await loadModel(base)).hash);
    change({ lora_alpha: 6 });
    expect(await load()).not.toBe(hashes[0]);
  });

  it.each([
    [{ base_model_name_or_path: 'org/name' }, 'hf:org/name'],
    [{ base_model_name_or_path: 'org/name', revision: 'v1' }, 'hf:org/name@v1'],
    [{ base_model_name_or_path: 'hf:org/name@v2' }, 'hf:org/name@v2'],
    [{ base_model_name_or_path: 'smollm2' }, 'smollm2'],
  ])('%j is asked for by its name', async (options, asked) => {
    change(options);
    const names: string[] = [];
    await load({ resolve: (name: string) => (names.push(name), base) });
    expect(names).toEqual([asked]);
  });

  it('is refused where it is nowhere, an adapter, or no folder', async () => {
    const found = async (name: string): Promise<string> => {
      change({ base_model_name_or_path: name });
      return failure();
    };
    expect(await found('./nowhere')).toMatch(
      /adapter_config\.json: field "base_model_name_or_path": found "\.\/nowhere", expected the base model's folder/,
    );
    expect(await found('org/nowhere')).toContain('found "org/nowhere", expected');
    expect(await found(join(reference, 'lora-llama'))).toContain('an adapter too, expected a whole model');
    expect(await found(join(base, 'model.gguf'))).toContain('expected a Hugging Face folder');
    mkdirSync(join(folder, 'empty'));
    expect(await found('../empty')).toContain(join('empty', 'config.json'));
  });
});
