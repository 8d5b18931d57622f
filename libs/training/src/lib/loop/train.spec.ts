import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkError } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { finetune } from '../stages/finetune';
import type { FinetuneOptions } from '../stages/finetune';
import { pretrain } from '../stages/pretrain';
import { toyFinetune, toyModel, toyPretrain, weightValues } from '../stages/toy-training';
import type { LogRow } from './training-options';

let dir: string;
beforeAll(() => selectEngine('wasm'));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'training-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const untimed = (rows: readonly LogRow[]): LogRow[] => rows.map((row) => ({ ...row, seconds: 0 }));

/** A stage two that is stopped after `stopAfter` steps, if at all. */
async function trainOnce(changes: Partial<FinetuneOptions> = {}, stopAfter?: number) {
  const stop = new AbortController();
  const model = toyModel(1);
  const logged: LogRow[] = [];
  const result = await finetune(
    toyFinetune(model, {
      reference: toyModel(2),
      accumulate: 2,
      signal: stop.signal,
      ...changes,
      onStep: (row) => {
        logged.push(row);
        if (row.step + 1 === stopAfter) stop.abort();
      },
    }),
  );
  return { result, logged, values: weightValues(model) };
}

describe('resuming', () => {
  it('ends with the same bytes and the same log as an undisturbed training', async () => {
    const undisturbed = await trainOnce();
    const first = await trainOnce({ checkpoint: { dir } }, 5);
    expect(first.result).toMatchObject({ steps: 5, finished: false });
    const onResume = jest.fn();
    const second = await trainOnce({ checkpoint: { dir }, onResume });
    expect(second.result).toMatchObject({ steps: 10, finished: true, resumedFrom: 5 });
    expect(second.logged.map(({ step }) => step)).toEqual([5, 6, 7, 8, 9]);
    expect(onResume).toHaveBeenCalledWith(first.result.rows);
    expect(second.values).toEqual(undisturbed.values);
    expect(untimed(second.result.rows)).toEqual(untimed(undisturbed.result.rows));
  });

  it('does so for stage one as well', async () => {
    const models = [toyModel(1), toyModel(1), toyModel(1)] as const;
    const whole = await pretrain(toyPretrain(models[0], { topLayers: 0 }));
    const stop = new AbortController();
    const options = { topLayers: 0, checkpoint: { dir } };
    await pretrain(
      toyPretrain(models[1], { ...options, signal: stop.signal, onStep: ({ step }) => step === 3 && stop.abort() }),
    );
    const resumed = await pretrain(toyPretrain(models[2], options));
    expect(resumed.resumedFrom).toBe(4);
    expect(weightValues(models[2])).toEqual(weightValues(models[0]));
    expect(untimed(resumed.rows)).toEqual(untimed(whole.rows));
  });

  it('keeps the two latest checkpoints, the last one that of the end', async () => {
    await trainOnce({ checkpoint: { dir, everySteps: 4 } });
    expect(readdirSync(dir).sort()).toEqual(['step-00000008', 'step-00000010']);
  });

  it('does nothing more when the checkpoint is that of the end', async () => {
    const done = await trainOnce({ checkpoint: { dir } });
    const again = await trainOnce({ checkpoint: { dir } });
    expect(again.logged).toEqual([]);
    expect(again.result.finished).toBe(true);
    expect(again.values).toEqual(done.values);
  });

  it.each(['tensors.safetensors', 'state.json'])('names a damaged %s and takes the checkpoint before', async (name) => {
    const undisturbed = await trainOnce({ checkpoint: { dir, everySteps: 4 } });
    const file = join(dir, 'step-00000010', name);
    const bytes = readFileSync(file);
    bytes[bytes.length - 20] = bytes[bytes.length - 20]! ^ 1;
    writeFileSync(file, bytes);
    const onWarning = jest.fn();
    const resumed = await trainOnce({ checkpoint: { dir, everySteps: 4 }, onWarning });
    expect(onWarning).toHaveBeenCalledTimes(1);
    expect(onWarning.mock.calls[0][0]).toContain('step-00000010');
    expect(resumed.result.resumedFrom).toBe(8);
    expect(resumed.values).toEqual(undisturbed.values);
  });

  it('starts anew, with a warning, where the only checkpoint is cut short', async () => {
    const first = await trainOnce({ checkpoint: { dir } });
    writeFileSync(join(dir, 'step-00000010', 'state.json'), '{"sha2');
    const onWarning = jest.fn();
    const second = await trainOnce({ checkpoint: { dir }, onWarning });
    expect(onWarning).toHaveBeenCalledTimes(1);
    expect(second.result.resumedFrom).toBeUndefined();
    expect(second.values).toEqual(first.values);
  });

  it('refuses the checkpoint of another training and names what differs', async () => {
    await trainOnce({ checkpoint: { dir } }, 2);
    await expect(trainOnce({ checkpoint: { dir }, learningRate: 0.5 })).rejects.toThrow(
      /another training.*found learningRate 0.01, expected learningRate 0.5/,
    );
    await expect(trainOnce({ checkpoint: { dir }, negatives: 4, seed: 8 })).rejects.toThrow('negatives 4, seed 8');
  });
});

describe('train', () => {
  it('stops with the step named when the loss is no longer a number', async () => {
    const model = toyModel(1);
    const poison = ({ step }: LogRow): void => {
      const head = model.weights.get('lm_head.weight')!;
      if (step === 2) tf.tidy(() => head.assign(tf.fill(head.shape, Number.NaN)));
    };
    const before = tf.memory().numTensors;
    const failing = pretrain(toyPretrain(model, { onStep: poison }));
    await expect(failing).rejects.toThrow(WorkError);
    await expect(failing).rejects.toThrow('loss is NaN at step 3 (loss NaN, gradNorm ');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('logs the norm before clipping', async () => {
    const run = async (clipNorm: number) => (await pretrain(toyPretrain(toyModel(1), { clipNorm, steps: 1 }))).rows[0]!;
    expect((await run(0.001)).gradNorm).toBe((await run(0)).gradNorm);
  });

  it('gives other work of the process its turn between steps', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await pretrain(toyPretrain(toyModel(1), { steps: 30 }));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});
