import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { enginesUnderTest } from '@tsarank/tensor/engines-under-test';
import { readSafetensors } from '../containers/safetensors/safetensors-reader';
import { loadModel } from '../loading/load-model';
import { loadReranker } from '../loading/load-reranker';

const folder = resolve(__dirname, '../../../../../test/reference/lora-rankllama');

describe.each(enginesUnderTest)('an adapter that makes a classifier of a language model, on %s', (engine) => {
  beforeAll(() => selectEngine(engine));

  it('gives the logits of PEFT', async () => {
    const before = tf.memory().numTensors;
    const loaded = await loadReranker(folder);
    if (loaded.kind !== 'classifier') throw new Error(`a ${loaded.kind}`);
    const { ids, mask } = readJson(join(folder, 'batch.json')) as { ids: number[][]; mask: number[][] };
    const logits = tf.tidy(() => {
      const inputIds = tf.tensor2d(ids, undefined, 'int32');
      return loaded.model.classify(inputIds, tf.tensor2d(mask), tf.zerosLike(inputIds)).dataSync();
    });
    const { data, shape } = readSafetensors(join(folder, 'expected.safetensors')).get('logits')!;
    expect(shape).toEqual([ids.length, 1]);
    const largest = Math.max(...data.map(Math.abs));
    logits.forEach((value, index) => expect(Math.abs(value - data[index]!) / largest).toBeLessThan(1e-4));
    loaded.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('loading it', () => {
  beforeAll(() => selectEngine('cpu'));

  it('is refused where a language model is wanted', async () => {
    await expect(loadModel(folder)).rejects.toThrow(
      /adapter_config\.json: field "task_type": found SEQ_CLS, which `score` and `rerank` take, expected CAUSAL_LM/,
    );
  });

  it('needs its head, whether the file speaks of it or not', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'adapter-'));
    cpSync(folder, copy, { recursive: true });
    const config = readJson(join(copy, 'adapter_config.json')) as Record<string, unknown>;
    const base = resolve(folder, config['base_model_name_or_path'] as string);
    writeFileSync(
      join(copy, 'adapter_config.json'),
      JSON.stringify({ ...config, modules_to_save: null, base_model_name_or_path: base }),
    );
    (await loadReranker(copy)).model.dispose();
    const file = join(copy, 'adapter_model.safetensors');
    const bytes = readFileSync(file);
    bytes.write('base_model.model.scora.weight', bytes.indexOf('base_model.model.score.weight'));
    writeFileSync(file, bytes);
    await expect(loadReranker(copy)).rejects.toThrow(
      'missing tensors: base_model.model.score.weight; unexpected tensors: base_model.model.scora.weight',
    );
    rmSync(copy, { recursive: true });
  });
});
