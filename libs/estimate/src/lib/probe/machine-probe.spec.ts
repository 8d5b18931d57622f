import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandAblation, type SweepPlan } from '@tsarank/ablation';
import { quick, type ConfigPatch } from '@tsarank/config';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { probeMachine } from './machine-probe';
import { measureProbe } from './measure-probe';
import { modelShape, type ModelShape } from '../model-shape';
import { probeTask } from './probe-task';
import { estimateRun } from '../run-estimate';

let folder: string;
let model: string;
let shape: ModelShape;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'probe-'));
  model = path.join(folder, 'model');
  await selectEngine('cpu');
  await writeQuickModel(model);
  shape = modelShape(model);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WORDS = ['red', 'green', 'blue', 'grey'];

/** A collection of four documents that share a word, each asked for by a query of each split; and pairs of them. */
function writeData(): { collection: string; pairs: string } {
  const collection = path.join(folder, 'data');
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(path.join(collection, name), `${lines.join('\n')}\n`);
  mkdirSync(path.join(collection, 'qrels'), { recursive: true });
  write(
    'corpus.jsonl',
    WORDS.map((word) => JSON.stringify({ _id: word, title: '', text: `a ${word} thing` })),
  );
  const queries = ['train', 'test'].flatMap((split) =>
    WORDS.map((word) => ({ _id: `${split}-${word}`, text: `thing ${word}` })),
  );
  write(
    'queries.jsonl',
    queries.map((query) => JSON.stringify(query)),
  );
  for (const split of ['train', 'test']) {
    write(`qrels/${split}.tsv`, ['query-id\tcorpus-id\tscore', ...WORDS.map((word) => `${split}-${word}\t${word}\t1`)]);
  }
  write(
    'pairs.jsonl',
    WORDS.map((word) => JSON.stringify({ document: `a ${word} thing`, query: word })),
  );
  return { collection, pairs: path.join(collection, 'pairs.jsonl') };
}

function plan(variants: Record<string, ConfigPatch>): SweepPlan {
  const { collection, pairs } = writeData();
  const data = { collection, outOfDomain: null, split: 'test' as const, candidates: 3, negativePool: 8 };
  const base = { ...quick, model, engine: 'cpu' as const, data, pretrain: { ...quick.pretrain!, pairs } };
  const spec = {
    name: 'probe',
    question: 'How fast?',
    base,
    variants,
    baseline: Object.keys(variants)[0]!,
    seeds: [0, 1],
    measures: ['nDCG@10'],
  };
  return expandAblation(spec, { hashesOf: () => ({ model: 'm' }) });
}

describe('probeTask', () => {
  it('takes the commonest, the cheapest and the dearest step for all', () => {
    const { runs } = plan({
      full: {},
      rate: { finetune: { learningRate: 1 } },
      more: { finetune: { negatives: 7 } },
      less: { finetune: { weights: { differencePenalty: 0 } } },
      between: { finetune: { negatives: 4 } },
      zero: { finetune: null },
    });
    const task = probeTask(runs, shape, 1);
    expect(task.pretrain).toHaveLength(1);
    expect(task.finetune.map(({ finetune }) => [finetune!.negatives, finetune!.weights.differencePenalty])).toEqual([
      [2, 1],
      [2, 0],
      [7, 1],
    ]);
    expect(task.evaluate).toHaveLength(1);
  });
});

describe('measureProbe', () => {
  it('measures every phase that the runs have, and counts their texts', async () => {
    const { runs } = plan({ full: {} });
    const report = await measureProbe(probeTask(runs, shape, 1));
    expect(report.load.start).toBeGreaterThan(0);
    for (const stage of [report.pretrain!, report.finetune!]) {
      expect(stage.steps).toHaveLength(1);
      expect(stage.steps[0]!.flops).toBeGreaterThan(0);
      expect(stage.steps[0]!.seconds).toBeGreaterThan(0);
      expect(stage.fixed).toBeGreaterThanOrEqual(0);
    }
    expect(report.evaluate!.flops).toBeGreaterThan(0);
    const [{ counted }] = report.counted as [(typeof report.counted)[number]];
    // Four queries with three candidates each; every document's prompt once.
    expect(counted.evaluate['inDomain']).toMatchObject({ pairs: 12, stems: 4, positives: 4, texts: 0 });
    expect(counted.finetune.places).toBeGreaterThanOrEqual(counted.finetune.prompt + counted.finetune.query - 1);
    // One token more: the end of the text.
    expect(counted.pretrain.query).toBeGreaterThan(1);
  });
});

describe('probeMachine', () => {
  /** Stands for a probe process: notes that it was started, and answers. */
  const command = (answer: string): readonly [string] => {
    const file = path.join(folder, 'child.cjs');
    const note = `require('node:fs').appendFileSync(${JSON.stringify(path.join(folder, 'started'))}, 'x')`;
    writeFileSync(file, `process.once('message', (task) => { ${note}; ${answer} });`);
    return [file];
  };
  const answering = `
    const steps = task.finetune.map(() => ({ passes: 8, flops: 1e6, seconds: 0.5 }));
    process.send({ load: { start: 1, model: 1, pairs: 1, index: 1 }, counted: [], finetune: { fixed: 0, steps }, pretrain: { fixed: 0, steps },
      evaluate: { flops: 1e6, seconds: 1 }, ended: 0 }, () => process.exit(0));`;
  const started = (): number => readFileSync(path.join(folder, 'started'), 'utf8').length;
  const probe = (variants: Record<string, ConfigPatch>, jobs = 2, answer = answering) =>
    probeMachine(plan(variants).runs, {
      keptIn: path.join(folder, 'runs'),
      shape,
      jobs,
      threads: 1,
      command: command(answer),
    });

  beforeEach(() => {
    writeFileSync(path.join(folder, 'started'), '');
    rmSync(path.join(folder, 'runs'), { recursive: true, force: true });
  });

  it('starts as many probes as runs go side by side, and keeps what they found', async () => {
    const first = await probe({ full: {} });
    expect(started()).toBe(2);
    expect(await probe({ full: {} })).toEqual(JSON.parse(JSON.stringify(first)));
    expect(started()).toBe(2);
    const [run] = plan({ full: {} }).runs.filter(({ kind }) => kind === 'finetune');
    expect(estimateRun(run!, shape, first).seconds).toBeGreaterThan(4);
  });

  it('measures nothing anew for another rate, but does for other steps or another number of runs at a time', async () => {
    await probe({ full: {} });
    await probe({ full: { finetune: { learningRate: 0.5, steps: 9 } } });
    expect(started()).toBe(2);
    await probe({ full: { finetune: { negatives: 5 } } });
    expect(started()).toBe(4);
    await probe({ full: {} }, 1);
    expect(started()).toBe(5);
  });

  it('keeps nothing that was measured on a busy machine', async () => {
    const options = {
      keptIn: path.join(folder, 'runs'),
      shape,
      jobs: 1,
      threads: 1,
      command: command(answering),
      busy: true,
    };
    await probeMachine(plan({ full: {} }).runs, options);
    await probeMachine(plan({ full: {} }).runs, options);
    expect(started()).toBe(2);
  });

  it('says why a probe failed', async () => {
    const failing = `console.error('Error: out of tensors'); process.exit(1);`;
    await expect(probe({ full: {} }, 1, failing)).rejects.toThrow('the probe failed: Error: out of tensors');
    await expect(probe({ full: {} }, 1, `process.exit(3)`)).rejects.toThrow('it ended with code 3');
  });
});
