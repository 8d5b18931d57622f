import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandAblation, type PlannedRun, type SweepPlan } from '@tsarank/ablation';
import { quick, type RunResult } from '@tsarank/config';
import { preparedSet, runFolder, writeRanking, writeRecord } from '@tsarank/runs';
import { modelKeeper, type Keep } from './kept-models';

let runsDir: string;
let plan: SweepPlan;
beforeEach(async () => {
  runsDir = mkdtempSync(path.join(tmpdir(), 'kept-'));
  const collection = path.join(runsDir, 'collection');
  mkdirSync(path.join(collection, 'qrels'), { recursive: true });
  const texts = ['cats purr', 'cats bark', 'cats moo'];
  const documents = texts.map((text, at) => JSON.stringify({ _id: `d${at}`, title: '', text }));
  writeFileSync(path.join(collection, 'corpus.jsonl'), `${documents.join('\n')}\n`);
  writeFileSync(path.join(collection, 'queries.jsonl'), '{"_id":"q","text":"cats"}\n');
  writeFileSync(path.join(collection, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq\td0\t1\n');
  const variants = {
    base: {},
    good: { finetune: { steps: 3 } },
    better: { finetune: { steps: 4 } },
    zero: { finetune: null },
  };
  plan = expandAblation(
    {
      ...{ name: 'kept', question: '?', variants, baseline: 'base', seeds: [0], measures: ['RR'] },
      base: { ...quick, pretrain: null, data: { ...quick.data, collection, outOfDomain: null } },
    },
    { hashesOf: () => ({ model: 'm' }), engine: 'cpu' },
  );
  // The relevant document at rank 3, 2 and 1.
  const orders: Record<string, string[]> = {
    base: ['d1', 'd2', 'd0'],
    good: ['d1', 'd0', 'd2'],
    better: ['d0', 'd1', 'd2'],
  };
  for (const run of plan.runs) await leaveResult(run, orders[run.variant] ?? orders['base']!);
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

async function leaveResult(run: PlannedRun, documents: string[]): Promise<void> {
  const { runId, kind, config, behaviourVersion, dataHashes, parent, set } = run;
  const result: RunResult = { systems: {}, perplexity: { positives: null, heldOut: null }, losses: {} };
  const folder = runFolder(runsDir, runId);
  if (set) {
    await preparedSet(runsDir, set);
    const sha256 = writeRanking(folder.ranking, [{ query: 'q', documents, scores: [3, 2, 1] }]);
    result.ranking = { sha256, queries: 1, pairs: 3, reused: 0 };
  } else {
    mkdirSync(folder.model, { recursive: true });
    writeFileSync(path.join(folder.model, 'model.safetensors'), '');
    truncateSync(path.join(folder.model, 'model.safetensors'), 200e6);
  }
  writeRecord(runsDir, {
    ...{ runId, kind, status: 'done', config, behaviourVersion, dataHashes: { ...dataHashes } },
    ...(parent ? { parent } : {}),
    ...(set ? { set: set.name } : {}),
    ...{ versions: {}, result, timings: {} },
  });
}

const left = (): string[] =>
  plan.cells.filter(({ model }) => model && existsSync(runFolder(runsDir, model).model)).map(({ variant }) => variant);

describe('modelKeeper', () => {
  it.each<[Keep | undefined, string[]]>([
    [undefined, ['base', 'better']],
    ['none', []],
    ['baseline', ['base']],
    ['best', ['better']],
    ['all', ['base', 'good', 'better']],
  ])('%s', (keep, expected) => {
    modelKeeper(plan, runsDir, keep).tidy();
    expect(left()).toEqual(expected);
  });

  it('waits for the last test set, and leaves small models where nothing else is asked', () => {
    const [base, good] = plan.cells;
    rmSync(runFolder(runsDir, Object.values(base!.scores)[0]!).record);
    truncateSync(path.join(runFolder(runsDir, good!.model!).model, 'model.safetensors'), 10);
    modelKeeper(plan, runsDir, undefined).tidy();
    expect(left()).toEqual(['base', 'good', 'better']);
    modelKeeper(plan, runsDir, 'none').tidy();
    expect(left()).toEqual(['base']);
  });

  it('wants the models that it was told to keep, and no other', () => {
    const wanted = (keep: Keep): string[] =>
      plan.cells.filter(({ runId }) => modelKeeper(plan, runsDir, keep).wants(runId)).map(({ variant }) => variant);
    expect(wanted('all')).toEqual(['base', 'good', 'better']);
    expect(wanted('baseline')).toEqual(['base']);
    expect(wanted('none')).toEqual([]);
  });
});
