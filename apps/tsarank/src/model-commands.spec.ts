import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSafetensors } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { REPOSITORY, startFakeHub, writeQuickModel } from '@tsarank/testing';
import type { FakeHub } from '@tsarank/testing';
import { runToEnd } from './spawned-command';

const reference = resolve(__dirname, '../../../test/reference');

let folder: string;
let model: string;
let pairs: string;
let hub: FakeHub;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-models-'));
  model = join(folder, 'model');
  pairs = join(folder, 'pairs.jsonl');
  writeFileSync(pairs, '{"query":"cat","document":"a pet"}\n');
  await selectEngine('cpu');
  await writeQuickModel(model);
  const files = Object.fromEntries(readdirSync(model).map((name) => [name, readFileSync(join(model, name))]));
  hub = await startFakeHub(files, ['model.safetensors']);
  environment = {
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: join(folder, 'hf'),
    HF_HUB_CACHE: '',
    HF_TOKEN: '',
    HF_HUB_OFFLINE: '',
    TSARANK_ENGINE: 'cpu',
  };
});

afterAll(() => {
  hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const scoreOf = async (named: string, more: Record<string, string> = {}): Promise<number> => {
  const out = join(folder, 'scores.jsonl');
  const { code, stderr } = await runToEnd(['score', '--model', named, '--pairs', pairs, '--out', out], {
    ...environment,
    ...more,
  });
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(readFileSync(out, 'utf8')) as { score: number }).score;
};

it('fetch prints the folder in the standard cache, and every command takes the name, offline too', async () => {
  const named = `hf:${REPOSITORY}@main`;
  const { code, stdout } = await runToEnd(['fetch', named], environment);
  const snapshot = join(folder, 'hf', 'hub', 'models--org--name', 'snapshots', hub.commit);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${snapshot}\n` });
  const asked = hub.requests.length;
  expect(await scoreOf(named, { HF_HUB_OFFLINE: '1' })).toBe(await scoreOf(model));
  expect(hub.requests).toHaveLength(asked);
});

it.each([
  [['fetch', 'org/name'], /field "name": found "org\/name", expected hf:org\/name/],
  [['fetch'], /fetch needs a name behind it/],
  [['inspect'], /inspect needs a model/],
  [['inspect', 'tiny', '--model', 'tiny'], /field "model": found tiny and tiny, expected one model/],
  [['fetch', 'hf:org/none'], /hf:org\/none: http.*HTTP status 404: no such model/],
  [['inspect', '--model', 'nowhere'], /field "model": found "nowhere"/],
  [['convert', '--model', 'tiny', '--out', 'x', '--precision', 'float8'], /field "precision": found "float8"/],
])('%j is wrong input', async (args, message) => {
  const { code, stdout, stderr } = await runToEnd(args, environment);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('convert writes safetensors of the precision asked for', async () => {
  const values = readSafetensors(join(model, 'model.safetensors'));
  const weights = 'model.layers.0.mlp.up_proj.weight';
  for (const [precision, relative] of [
    ['float32', 0],
    ['bfloat16', 2 ** -8],
  ] as const) {
    const out = join(folder, precision);
    expect(
      (await runToEnd(['convert', '--model', model, '--out', out, '--precision', precision], environment)).code,
    ).toBe(0);
    expect((JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as { dtype: string }).dtype).toBe(precision);
    const converted = readSafetensors(join(out, 'model.safetensors'));
    expect([...converted.keys()].sort()).toEqual([...values.keys()].sort());
    const [one, other] = [values.get(weights)!.data, converted.get(weights)!];
    expect(other.dtype).toBe(precision === 'float32' ? 'F32' : 'BF16');
    expect(other.data.every((value, index) => Math.abs(value - one[index]!) <= relative * Math.abs(one[index]!))).toBe(
      true,
    );
  }
});

it.each(['bert-one-label', 't5-words', 'lora-rankllama'])(
  'convert writes a reranker of another kind, %s, that scores the same',
  async (name) => {
    const reranker = resolve(reference, name);
    const out = join(folder, `converted-${name}`);
    expect((await runToEnd(['convert', '--model', reranker, '--out', out], environment)).code).toBe(0);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer_config.json']),
    );
    expect(await scoreOf(out)).toBe(await scoreOf(reranker));
  },
);

it('inspect says architecture, sizes, number formats and memory', async () => {
  const { code, stdout } = await runToEnd(['inspect', '--model', 'tiny', '--engine', 'wasm', '--json'], environment);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as {
    memory: { scoring: number; training: { topLayers: number; finetune: number }[] };
  };
  expect(report).toMatchObject({
    architecture: 'llama',
    kind: 'causal-lm',
    scorer: 'query-likelihood',
    commands: expect.arrayContaining(['score', 'finetune', 'generate', 'ablate']) as string[],
    problem: null,
    shape: { weights: 2_729_664, blocks: 4, vocabulary: 6144 },
    stored: { F16: { values: 2_729_664 } },
    contract: null,
  });
  expect(report.memory.training.map(({ topLayers }) => topLayers)).toEqual([1, 2, 0]);
  expect(report.memory.training[2]!.finetune).toBeGreaterThan(report.memory.scoring);
  const text = await runToEnd(['inspect', '--model', model, '--top-layers', '1'], environment);
  expect(text.stdout).toMatch(/^architecture +llama$/m);
  expect(text.stdout.match(/training/g)).toHaveLength(1);
  expect(existsSync(join(model, '.lock'))).toBe(false);
});

describe('inspect', () => {
  const inspected = async (place: string): Promise<string> => {
    const { code, stdout, stderr } = await runToEnd(['inspect', '--model', place], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  it('says what scores with an encoder-decoder model, and that nothing trains it', async () => {
    const text = await inspected(resolve(__dirname, '../../../test/reference/t5-gated'));
    expect(text).toMatch(/^kind +encoder-decoder$/m);
    expect(text).toMatch(/^commands +score, rerank, convert; scored by relevance-token$/m);
    expect(text).not.toContain('training');
  });

  it('says what an adapter is and belongs to, and what may be done with its base', async () => {
    const text = await inspected(resolve(__dirname, '../../../test/reference/lora-llama'));
    expect(text).toMatch(/^adapter +LoRA of rank \d+, alpha [\d.]+, on .*; base model .*llama-tied$/m);
    expect(text).toMatch(/^commands +score, .*scored by query-likelihood$/m);
    expect(text).toMatch(/adapter_model\.safetensors/);
  });

  it.each([
    [{ model_type: 'mamba' }, /^commands +none: .*field "model_type": found "mamba", expected one of/m],
    [{ rope_scaling: { rope_type: 'longrope' } }, /^commands +none: .*config\.json: field "rope_scaling/m],
    [
      { quantization_config: { quant_method: 'gptq', bits: 4 } },
      /^commands +none: .*field "quantization_config.quant_method": found "gptq"/m,
    ],
    [{ num_attention_heads: null }, /^commands +none: .*field "num_attention_heads": found nothing/m],
  ])('says why no command takes a model with %j', async (changes, message) => {
    const broken = join(folder, 'broken');
    cpSync(model, broken, { recursive: true });
    const file = join(broken, 'config.json');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
    expect(await inspected(broken)).toMatch(message);
    rmSync(broken, { recursive: true });
  });
});
