import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlannedRun } from '@tsarank/ablation';
import { applyPatch, quick, type ConfigPatch, type RunConfig } from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { requireRunnable } from './require-runnable';

const reference = (name: string): string => path.resolve(__dirname, '../../../../test/reference', name);
const planned = (patch: ConfigPatch, kind: PlannedRun['kind'] = 'finetune'): PlannedRun => ({
  kind,
  runId: '0123456789abcdef',
  variant: 'full',
  seed: 0,
  config: applyPatch<RunConfig>(quick, patch),
  dataHashes: {},
  behaviourVersion: 1,
});
const lora = (...targetModules: string[]) => ({ lora: { rank: 2, alpha: 16, targetModules } });

describe('requireRunnable', () => {
  it.each([
    ['a classifier', { model: reference('llama-one-label') }],
    ['an encoder-decoder model', { model: reference('t5-words') }],
  ])('refuses %s', async (found, patch) => {
    const checked = requireRunnable([planned({}), planned(patch)]);
    await expect(checked).rejects.toThrow(InputError);
    await expect(checked).rejects.toThrow(
      `field "model": found ${patch.model}, ${found}, expected a causal language model`,
    );
  });

  it('refuses what can not be loaded, or says that it scores in another way', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'runnable-'));
    cpSync(reference('qwen3-tied'), folder, { recursive: true });
    const file = path.join(folder, 'cut.gguf');
    writeFileSync(file, readFileSync(reference('llama-tied/model.gguf')).subarray(0, 2000));
    writeFileSync(path.join(folder, 'modules.json'), JSON.stringify([{ type: 'x.LogitScore' }]));
    await expect(requireRunnable([planned({ model: folder })])).rejects.toThrow('LogitScore: a decoder that scores by');
    await expect(requireRunnable([planned({ model: file })])).rejects.toThrow('damaged or truncated');
    rmSync(folder, { recursive: true });
  });

  it('refuses adapters of modules that a model lacks, by the setting of their stage', async () => {
    const finetune = { finetune: lora('q_proj', 'qproj') };
    await expect(requireRunnable([planned(finetune)])).rejects.toThrow(
      'field "finetune.lora.targetModules": found "qproj", expected all-linear, or some of down_proj',
    );
    const pretrain = { pretrain: lora('c_attn'), model: reference('llama-tied') };
    await expect(requireRunnable([planned(pretrain, 'pretrain')])).rejects.toThrow(
      'field "pretrain.lora.targetModules": found "c_attn"',
    );
  });

  it('takes decoders in folders and .gguf files, with adapters of their own modules', async () => {
    const models = ['gpt2-tied', 'gpt2-tied/model.gguf'].map(reference);
    await requireRunnable(['tiny', ...models].map((model) => planned({ model })));
    await requireRunnable([
      planned({ model: models[0]!, finetune: lora('c_attn') }),
      planned({ finetune: lora('q_proj') }),
    ]);
  });
});
