import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { modelSupport } from './model-support';

const reference = resolve(__dirname, '../../../../../test/reference');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'support-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A fixture with some settings changed. */
function changed(checkpoint: string, changes: object): string {
  cpSync(join(reference, checkpoint), folder, { recursive: true });
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ ...(readJson(file) as object), ...changes }));
  return folder;
}

describe('modelSupport', () => {
  it.each([
    'llama-sharded-bf16',
    'llama-tied/model.gguf',
    'gpt-neox-parallel/model.gguf',
    'baichuan-7b/model.gguf',
    'qwen-published',
    'baichuan2-13b',
    'opt-post-norm',
    'gpt2-tied',
  ])('finds nothing wrong with %s', async (checkpoint) => {
    expect(await modelSupport(join(reference, checkpoint))).toEqual({ kind: 'causal-lm' });
  });

  it('tells an encoder-decoder model', async () => {
    expect(await modelSupport(join(reference, 't5-gated'))).toEqual({ kind: 'encoder-decoder' });
  });

  it.each([
    [
      'a family that is not read',
      { model_type: 'mamba' },
      /field "model_type": found "mamba", expected one of baichuan,/,
    ],
    ['a misspelt family', { model_type: 'lama' }, /did you mean llama\?/],
    [
      'an option that is not built',
      { rope_scaling: { rope_type: 'longrope', factor: 2 } },
      /field "rope_scaling.*longrope/,
    ],
    ['tensors that are missing', { num_hidden_layers: 3 }, /missing tensors: model\.layers\.2\./],
    ['tensors of another size', { vocab_size: 301 }, /model\.embed_tokens\.weight \[300, 16\], expected \[301, 16\]/],
    [
      'an encoder-decoder family that is not read',
      { model_type: 'bart', architectures: ['BartForConditionalGeneration'] },
      /field "model_type": found "bart", expected one of mt5, t5/,
    ],
  ])('says what loading would say of %s', async (_, changes, problem) => {
    expect((await modelSupport(changed('llama-tied', changes))).problem).toMatch(problem);
  });

  it('says that a tokenizer is missing', async () => {
    changed('llama-tied', {});
    rmSync(join(folder, 'tokenizer.json'));
    expect((await modelSupport(folder)).problem).toMatch(/tokenizer\.json: no such file/);
  });

  it('says what is wrong with a file', async () => {
    const file = join(folder, 'broken.gguf');
    writeFileSync(file, 'GGML and nothing else');
    expect(await modelSupport(file)).toEqual({
      kind: 'causal-lm',
      problem: expect.stringContaining('not a GGUF file') as string,
    });
  });

  it.each([
    ['lora-llama', 'causal-lm', 'llama-tied'],
    ['lora-rankllama', 'classifier', 'llama-untied-bias'],
  ])('tells what an adapter belongs to: %s', async (checkpoint, kind, base) => {
    const support = await modelSupport(join(reference, checkpoint));
    expect(support).toMatchObject({
      kind,
      adapter: { base: join(reference, base), config: { rank: expect.any(Number) as number } },
    });
    expect(support.problem).toBeUndefined();
  });

  it('says which tensors of an adapter fit nothing in its base', async () => {
    cpSync(join(reference, 'lora-llama'), folder, { recursive: true });
    const file = join(folder, 'adapter_config.json');
    const raw = readJson(file) as object;
    writeFileSync(
      file,
      JSON.stringify({ ...raw, base_model_name_or_path: join(reference, 'llama-tied'), target_modules: ['W_pack'] }),
    );
    expect((await modelSupport(folder)).problem).toMatch(
      /adapter_model\.safetensors: unexpected tensors: .*q_proj\.lora_A/,
    );
  });
});

describe('counts and files that no model has', () => {
  it.each([
    ['llama-tied', 'num_hidden_layers'],
    ['gpt2-tied', 'n_layer'],
    ['bloom-published', 'n_layer'],
    ['t5-gated', 'num_layers'],
    ['t5-gated', 'num_decoder_layers'],
  ])('refuses %s with a billion for %s at once', async (checkpoint, field) => {
    const { problem } = await modelSupport(changed(checkpoint, { [field]: 1_000_000_000 }));
    expect(problem).toMatch(new RegExp(`"${field}": found 1000000000, expected at most 10000`));
  });

  it.each(['config.json', 'model.safetensors', 'tokenizer.json'])(
    'refuses a pipe as %s, without waiting',
    async (name) => {
      const place = changed('llama-tied', {});
      rmSync(join(place, name));
      execFileSync('mkfifo', [join(place, name)]);
      const found = await modelSupport(place).then(
        ({ problem }) => problem,
        (error: Error) => error.message,
      );
      expect(found).toContain(`${name}: is a pipe or a device, expected a file`);
    },
  );
});
