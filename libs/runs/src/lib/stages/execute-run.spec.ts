import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandAblation } from '@tsarank/ablation';
import { applyPatch, quick, type ConfigPatch, type RunConfig, type RunRecord } from '@tsarank/config';
import { readSafetensors } from '@tsarank/model';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { contentHasher } from '../inputs/content-hashes';
import { executeRun } from './execute-run';
import { runFolder } from '../run-folder';
import { silentRunLog } from '../tracking/run-log';

let folder: string;
let model: string;
let runsDir: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'execute-'));
  model = path.join(folder, 'model');
  await selectEngine('wasm');
  await writeQuickModel(model);
});
beforeEach(() => (runsDir = mkdtempSync(path.join(folder, 'runs-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Executes the runs of one variant, stage one first. */
async function execute(patch: ConfigPatch): Promise<RunRecord[]> {
  const base = applyPatch<RunConfig>(
    { ...quick, engine: 'wasm', model, data: { ...quick.data, outOfDomain: null } },
    patch,
  );
  const spec = {
    name: 'one',
    question: '?',
    base,
    variants: { only: {} },
    baseline: 'only',
    seeds: [0],
    measures: ['nDCG@10'],
  };
  const { runs } = expandAblation(spec, { hashesOf: contentHasher() });
  const records: RunRecord[] = [];
  const { signal } = new AbortController();
  for (const run of runs)
    records.push(await executeRun(run, { runsDir, onProgress: () => undefined, signal, runLog: silentRunLog }));
  return records;
}

/** Names of the weights in which the model of a folder differs from the base model. */
function changedWeights(place: string): string[] {
  const [before, after] = [model, place].map((each) => readSafetensors(path.join(each, 'model.safetensors')));
  expect([...after!.keys()]).toEqual([...before!.keys()]);
  return [...before!]
    .filter(([name, { data }]) => !Buffer.from(data.buffer).equals(Buffer.from(after!.get(name)!.data.buffer)))
    .map(([name]) => name);
}

describe('a run with adapters', () => {
  const lora = { rank: 2, alpha: 4, targetModules: ['q_proj', 'down_proj'] };

  it('leaves merged weights after stage one, from which stage two goes on with adapters of its own', async () => {
    const [stage, run] = await execute({
      pretrain: { lora, topLayers: 1, learningRate: 0.05 },
      finetune: { lora, topLayers: 0 },
    });
    expect(stage).toMatchObject({ status: 'done', kind: 'pretrain' });
    expect(changedWeights(runFolder(runsDir, stage!.runId).model)).toEqual([
      'model.layers.3.self_attn.q_proj.weight',
      'model.layers.3.mlp.down_proj.weight',
    ]);
    expect(run).toMatchObject({
      status: 'done',
      kind: 'finetune',
      parent: stage!.runId,
      config: { finetune: { lora } },
    });
    expect(run!.result!.losses['finetune']!).toBeDefined();
  });

  it('begins stage two with the losses of the same run without them', async () => {
    const first = async (patch: ConfigPatch): Promise<unknown> => {
      const records = await execute(
        applyPatch<ConfigPatch>({ pretrain: null, finetune: { steps: 1, topLayers: 1 } }, patch),
      );
      return records.find(({ kind }) => kind === 'finetune')!.result!.losses['finetune'];
    };
    expect(await first({ finetune: { lora } })).toEqual(await first({}));
  });
});
