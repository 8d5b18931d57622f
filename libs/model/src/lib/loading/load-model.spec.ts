import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { selectEngine, tf } from '@tsarank/tensor';
import { buildLlama } from '../architectures/llama/build-llama';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { writeSafetensors } from '../containers/safetensors/safetensors-writer';
import { saveModel } from '../save-model';
import type { ScoringContract } from '../scoring-contract';
import { tinyFolder } from './find-model';
import { loadModel } from './load-model';

const reference = resolve(__dirname, '../../../../../test/reference');
const contract: ScoringContract = {
  behaviourVersion: 1,
  prompt: 'Document: {document} Query:',
  maxDocumentTokens: 128,
  maxQueryTokens: null,
  stage: 'finetune',
  parents: ['0123'],
  config: { seed: 1 },
};
let folder: string;
beforeAll(() => selectEngine('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'model-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A copy of a reference checkpoint, to be damaged. */
function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(join(reference, name), copy, { recursive: true });
  return copy;
}

function editConfig(copy: string, changes: Record<string, unknown>): void {
  const file = join(copy, 'config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
}

describe('loadModel', () => {
  it('gives the same weights and tokens through safetensors and GGUF', async () => {
    const hub = await loadModel(join(reference, 'llama-tied'));
    const gguf = await loadModel(join(reference, 'llama-tied/model.gguf'));
    expect([...gguf.model.weights.keys()]).toEqual([...hub.model.weights.keys()]);
    for (const [name, weight] of hub.model.weights) {
      expect(gguf.model.weights.get(name)!.dataSync()).toEqual(weight.dataSync());
    }
    const text = 'Document: The 3 cats. Query:what <|im_end|>';
    expect(gguf.tokenizer.encode(text)).toEqual(hub.tokenizer.encode(text));
    expect(gguf.tokenizer.eosTokenId).toBe(hub.tokenizer.eosTokenId);
    hub.model.dispose();
    gguf.model.dispose();
  });

  it('reads files saved from the bare decoder, without the prefix', async () => {
    const copy = copyOf('llama-tied');
    const file = join(copy, 'model.safetensors');
    const bare = [...readSafetensors(file)].map(([name, tensor]) => [name.replace(/^model\./, ''), tensor] as const);
    writeSafetensors(file, new Map(bare));
    const { model } = await loadModel(copy);
    expect(model.weights.has('model.norm.weight')).toBe(true);
    model.dispose();
  });

  it('passes over buffers of old files and a second copy of a tied head', async () => {
    const copy = copyOf('llama-tied');
    const file = join(copy, 'model.safetensors');
    const tensors = readSafetensors(file);
    tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', {
      shape: [1],
      dtype: 'F32',
      data: new Float32Array(1),
    });
    tensors.set('lm_head.weight', tensors.get('model.embed_tokens.weight')!);
    writeSafetensors(file, tensors);
    const { model } = await loadModel(copy);
    expect(model.weights.has('lm_head.weight')).toBe(false);
    model.dispose();
  });

  it('lists missing, unexpected and misshapen tensors, and makes none', async () => {
    const copy = copyOf('llama-tied');
    const file = join(copy, 'model.safetensors');
    const tensors = readSafetensors(file);
    tensors.set('surplus', tensors.get('model.norm.weight')!);
    tensors.delete('model.norm.weight');
    tensors.set('model.layers.1.input_layernorm.weight', { shape: [2], dtype: 'F32', data: new Float32Array(2) });
    writeSafetensors(file, tensors);
    const before = tf.memory().numTensors;
    await expect(loadModel(copy)).rejects.toThrow(
      /missing tensors: model\.norm\.weight; unexpected tensors: surplus; tensors of another shape: model\.layers\.1\.input_layernorm\.weight \[2\], expected \[16\]/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names file and tensor of a truncated checkpoint', async () => {
    const copy = copyOf('llama-tied');
    truncateSync(join(copy, 'model.safetensors'), 20_000);
    await expect(loadModel(copy)).rejects.toThrow(/model\.safetensors: truncated: tensor "model\.[\w.]+"/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a family that is not built', { model_type: 'lama' }, /field "model_type": found "lama".*did you mean llama/],
    ['a size that is no count', { hidden_size: 'many' }, /config\.json: field "hidden_size": found "many"/],
    ['heads that can not be grouped', { num_key_value_heads: 4 }, /num_key_value_heads/],
    [
      'an activation that is not built',
      { hidden_act: 'mish' },
      /field "hidden_act": found "mish", expected one of gelu/,
    ],
    [
      'a rotary scaling that is not built',
      { rope_scaling: { rope_type: 'longrope', factor: 2 } },
      /rope_type.*longrope.*yarn/,
    ],
  ])('refuses %s', async (_, changes, message) => {
    const copy = copyOf('llama-tied');
    editConfig(copy, changes);
    await expect(loadModel(copy)).rejects.toThrow(message);
    await expect(loadModel(copy)).rejects.toThrow(InputError);
  });

  it('says when there is no such model, or it is something else', async () => {
    await expect(loadModel(join(folder, 'gone'))).rejects.toThrow(/gone: no such model/);
    await expect(loadModel(join(reference, 'llama-tied/config.json'))).rejects.toThrow(/not a model/);
    await expect(loadModel(folder)).rejects.toThrow(/config\.json: no such file/);
  });

  it('asks the resolver for names that are no path', async () => {
    const names: string[] = [];
    const resolveName = (name: string) => {
      names.push(name);
      return join(reference, 'llama-tied');
    };
    const { model } = await loadModel('hf:org/name', { resolve: resolveName });
    expect(names).toEqual(['hf:org/name']);
    model.dispose();
  });

  const maybe = existsSync(tinyFolder) ? it : it.skip;
  maybe('has the embedded model', async () => {
    const { model, tokenizer } = await loadModel('tiny');
    expect(tokenizer.vocabularySize).toBeLessThanOrEqual(model.config.vocabularySize);
    expect(tokenizer.eosToken).toBeDefined();
    model.dispose();
  });
});

describe('saveModel', () => {
  it('saves what loads again with the same bits, contract and hash', async () => {
    const first = await loadModel(join(reference, 'llama-untied-bias'));
    await saveModel(join(folder, 'a'), { ...first, contract });
    const second = await loadModel(join(folder, 'a'));
    expect(second.contract).toEqual(contract);
    expect(second.tokenizer.hash).toBe(first.tokenizer.hash);
    expect(second.model.config.generation).toEqual(first.model.config.generation);
    for (const [name, weight] of first.model.weights) {
      expect(second.model.weights.get(name)!.dataSync()).toEqual(weight.dataSync());
    }
    await saveModel(join(folder, 'b'), second);
    const third = await loadModel(join(folder, 'b'));
    expect(third.hash).toBe(second.hash);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
    for (const { model } of [first, second, third]) model.dispose();
  });

  it('replaces an older folder and can narrow the weights', async () => {
    const { model, tokenizer } = await loadModel(join(reference, 'llama-sharded-bf16'));
    await saveModel(join(folder, 'a'), { model, tokenizer, contract });
    await saveModel(join(folder, 'a'), { model, tokenizer, dtype: 'BF16' });
    const again = await loadModel(join(folder, 'a'));
    expect(again.contract).toBeUndefined();
    expect(again.model.config.raw['dtype']).toBe('bfloat16');
    for (const [name, weight] of model.weights) {
      expect(again.model.weights.get(name)!.dataSync()).toEqual(weight.dataSync());
    }
    model.dispose();
    again.model.dispose();
  });

  it.each([
    ['llama-untied-bias', ['"factor": 4.0,']],
    ['llama-yarn', ['"factor": 4.0,', '"beta_fast": 2.0,']],
  ])('writes rotary factors as floats, without which transformers warns: %s', async (checkpoint, lines) => {
    const { model, tokenizer } = await loadModel(join(reference, checkpoint));
    await saveModel(join(folder, 'a'), { model, tokenizer });
    const text = readFileSync(join(folder, 'a/config.json'), 'utf8');
    for (const line of lines) expect(text).toContain(line);
    model.dispose();
  });

  it("keeps the code that the configuration names, and no other's", async () => {
    const code = 'class BaichuanForCausalLM: pass\n';
    const loadWith = async (config: object) => {
      const from = join(folder, 'from');
      rmSync(from, { recursive: true, force: true });
      cpSync(join(reference, 'baichuan-7b'), from, { recursive: true });
      const raw = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8')) as object;
      writeFileSync(join(from, 'config.json'), JSON.stringify({ ...raw, ...config }));
      writeFileSync(join(from, 'modeling_baichuan.py'), code);
      const loaded = await loadModel(from);
      await saveModel(join(folder, 'a'), loaded);
      loaded.model.dispose();
    };
    await loadWith({ auto_map: { AutoModelForCausalLM: 'modeling_baichuan.BaiChuanForCausalLM' } });
    expect(readFileSync(join(folder, 'a/modeling_baichuan.py'), 'utf8')).toBe(code);
    await loadWith({});
    expect(existsSync(join(folder, 'a/modeling_baichuan.py'))).toBe(false);
  });

  it('names a place that can not be written', async () => {
    const { model, tokenizer } = await loadModel(join(reference, 'llama-tied'));
    writeFileSync(join(folder, 'file'), '');
    await expect(saveModel(join(folder, 'file/out'), { model, tokenizer })).rejects.toThrow(InputError);
    model.dispose();
  });
});

describe('buildLlama', () => {
  const sizes = { vocabularySize: 50, hiddenSize: 16, layers: 8, heads: 4, keyValueHeads: 2, intermediateSize: 24 };

  it('gives the same weights for the same generator state', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => buildLlama(sizes, Random.fromSeed(seed)));
    const bits = (model: typeof a) => [...model!.weights.values()].map((weight) => [...weight.dataSync()]);
    expect(bits(a)).toEqual(bits(b));
    expect(bits(a)).not.toEqual(bits(c));
    for (const model of [a, b, c]) model!.dispose();
  });

  it('draws matrices with deviation 0.02, residual ones with 0.02 / √(2 L), gains 1', () => {
    const model = buildLlama(sizes, Random.fromSeed(3));
    const deviation = (name: string) => {
      const values = [...model.weights.get(name)!.dataSync()];
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    expect(deviation('model.embed_tokens.weight')).toBeCloseTo(0.02, 2);
    expect(deviation('model.layers.0.mlp.down_proj.weight') / 0.02).toBeCloseTo(1 / 4, 1);
    expect(deviation('model.norm.weight')).toBe(1);
    expect(model.weights.has('lm_head.weight')).toBe(false);
    model.dispose();
  });

  it('refuses sizes that do not fit together', () => {
    expect(() => buildLlama({ ...sizes, heads: 5, keyValueHeads: 5 }, Random.fromSeed(1))).toThrow(/head_dim/);
  });
});
