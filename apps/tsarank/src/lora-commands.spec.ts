import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { runToEnd } from './spawned-command';

let folder: string;
let base: string;
let adapter: string;
let groups: string;
let pairs: string;

const object = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const training = ['--steps', '6', '--learning-rate', '0.05', '--engine', 'wasm'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-lora-'));
  [base, adapter, groups, pairs] = ['base', 'adapter', 'groups.jsonl', 'pairs.jsonl'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await selectEngine('wasm');
  await writeQuickModel(base);
  const line = (n: number): string =>
    JSON.stringify({ query: `thing ${n}`, documents: [`about thing ${n}`, `other ${n}`, 'a cloud'] });
  writeFileSync(groups, Array.from({ length: 6 }, (_, n) => `${line(n)}\n`).join(''));
  writeFileSync(pairs, '{"query":"cat","document":"a pet"}\n{"query":"thing 3","document":"about thing 3"}\n');
  const options = ['--lora-rank', '3', '--lora-alpha', '6', '--lora-targets', 'q_proj,down_proj', '--top-layers', '1'];
  expect(
    await runToEnd(['finetune', '--model', base, '--groups', groups, '--out', adapter, ...options, ...training]),
  ).toMatchObject({ code: 0, stdout: '' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scoresOf(model: string): Promise<number[]> {
  const out = join(folder, 'scores.jsonl');
  const limits = ['--max-document-tokens', '128', '--max-query-tokens', '32'];
  const result = await runToEnd([
    'score',
    '--engine',
    'wasm',
    '--model',
    model,
    '--pairs',
    pairs,
    '--out',
    out,
    ...limits,
  ]);
  expect(result).toMatchObject({ code: 0 });
  return readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { score: number }).score);
}

describe('finetune --lora-rank', () => {
  it('writes an adapter as PEFT does, with tokenizer and contract, and not the model', () => {
    const layer = Number(object(join(base, 'config.json'))['num_hidden_layers']) - 1;
    expect(readdirSync(adapter)).toEqual(
      expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors', 'tokenizer.json', 'tsarank.json']),
    );
    expect(readdirSync(adapter)).not.toContain('model.safetensors');
    expect(object(join(adapter, 'adapter_config.json'))).toMatchObject({
      base_model_name_or_path: base,
      layers_to_transform: [layer],
      lora_alpha: 6,
      peft_type: 'LORA',
      r: 3,
      target_modules: ['q_proj', 'down_proj'],
      task_type: 'CAUSAL_LM',
    });
    const part = (module: string, matrix: string): string =>
      `base_model.model.model.layers.${layer}.${module}.lora_${matrix}.weight`;
    expect([...readSafetensors(join(adapter, 'adapter_model.safetensors')).keys()]).toEqual(
      ['self_attn.q_proj', 'mlp.down_proj'].flatMap((module) => [part(module, 'A'), part(module, 'B')]),
    );
    const contract = object(join(adapter, 'tsarank.json'));
    expect(contract).toMatchObject({
      stage: 'finetune',
      config: { lora: { rank: 3, alpha: 6, targetModules: ['q_proj', 'down_proj'] }, topLayers: 1 },
    });
  });

  it('scores as it does when it is merged by convert, and not as its base model', async () => {
    const merged = join(folder, 'merged');
    expect(await runToEnd(['convert', '--model', adapter, '--out', merged, '--engine', 'wasm'])).toMatchObject({
      code: 0,
    });
    expect(readdirSync(merged)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tsarank.json']));
    const [apart, whole, before] = [await scoresOf(adapter), await scoresOf(merged), await scoresOf(base)];
    expect(whole).toEqual(apart);
    apart.forEach((score, index) => expect(Math.abs(score - before[index]!)).toBeGreaterThan(1e-5));
  });

  it('is not merged over its base model', async () => {
    writeFileSync(join(base, 'tsarank.json'), '{}');
    const refused = await runToEnd(['convert', '--model', adapter, '--out', base]);
    rmSync(join(base, 'tsarank.json'));
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`field "out": found ${base}, which is read`);
  });

  it('trains every weight of the merged model where the model is an adapter, and refuses adapters over adapters', async () => {
    const out = join(folder, 'whole');
    const more = ['pretrain', '--model', adapter, '--pairs', pairs, '--out', out, ...training];
    expect(await runToEnd(more)).toMatchObject({ code: 0 });
    expect(readdirSync(out)).toContain('model.safetensors');
    const refused = await runToEnd([
      ...more.map((each) => (each === out ? join(folder, 'second') : each)),
      '--lora-rank',
      '2',
    ]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      `field "model": found ${adapter}, an adapter itself, expected a whole model in a Hugging Face folder`,
    );
  });

  it('refuses an adapter whose base model is another than it was trained over', async () => {
    const moved = join(folder, 'moved');
    cpSync(adapter, join(moved, 'adapter'), { recursive: true });
    cpSync(base, join(moved, 'base'), { recursive: true });
    const file = join(moved, 'adapter', 'adapter_config.json');
    writeFileSync(file, JSON.stringify({ ...object(file), base_model_name_or_path: '../base' }));
    expect(await scoresOf(join(moved, 'adapter'))).toEqual(await scoresOf(adapter));
    const config = join(moved, 'base', 'config.json');
    writeFileSync(config, JSON.stringify({ ...object(config), rms_norm_eps: 0.5 }));
    const refused = await runToEnd([
      'score',
      '--engine',
      'wasm',
      '--model',
      join(moved, 'adapter'),
      '--pairs',
      pairs,
      '--out',
      join(folder, 'none.jsonl'),
    ]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/tsarank\.json: field "parents": found the base model's hash \w+, expected \w+/);
  });

  it.each([
    [['--lora-alpha', '4'], 'field "lora-alpha": --lora-alpha has no effect without --lora-rank; leave it out'],
    [['--lora-rank', '0'], 'field "lora-rank": found 0'],
    [['--lora-rank', '2', '--lora-targets', 'q_proj,kproj'], '"kproj" (did you mean k_proj?)'],
  ])('refuses %j', async (options, message) => {
    const refused = await runToEnd([
      'finetune',
      '--model',
      base,
      '--groups',
      groups,
      '--out',
      join(folder, 'none'),
      ...training,
      ...options,
    ]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
  });
});
