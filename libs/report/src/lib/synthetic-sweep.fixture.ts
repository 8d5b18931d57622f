import { defineAblation, expandAblation, summarize } from '@tsarank/ablation';
import type { PlannedRun } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';
import type { RunRecord } from '@tsarank/config';
import { sha256 } from '@tsarank/io';
import { Random } from '@tsarank/random';
import type { Attempt, LossCurve, LossRow, ReportInput, CollectionTexts } from './report-input';

/** What each variant's mean nDCG@10, out-of-domain nDCG@10 and seconds are drawn around. Invented. */
const LEVELS = {
  recipe: [0.34, 0.58, 48],
  'zero-shot': [0.13, 0.36, 9],
  'stage-one-only': [0.19, 0.47, 26],
  'no-stage-one': [0.3, 0.5, 31],
  'top-1': [0.325, 0.575, 41],
  'top-3': [0.35, 0.565, 55],
  'top-all': [0.345, 0.52, 71],
  'negatives-3': [0.31, 0.57, 38],
  'negatives-11': [0.348, 0.585, 62],
  'no-rank': [0.2, 0.5, 47],
  'no-next-token': [0.333, 0.57, 46],
  'no-difference-penalty': [0.342, 0.55, 40],
  diverged: [0, 0, 12],
} as const;
type Variant = keyof typeof LEVELS;

const spec = defineAblation({
  name: 'recipe',
  question: 'What is each part of the recipe worth, and <which> pays?',
  base: { ...tiny, engine: 'wasm', finetune: { ...tiny.finetune!, topLayers: 2, negatives: 7 } },
  variants: {
    recipe: {},
    'zero-shot': { pretrain: null, finetune: null },
    'stage-one-only': { finetune: null },
    'no-stage-one': { pretrain: null },
    'top-1': { finetune: { topLayers: 1 } },
    'top-3': { finetune: { topLayers: 3 } },
    'top-all': { finetune: { topLayers: 0 } },
    'negatives-3': { finetune: { negatives: 3 } },
    'negatives-11': { finetune: { negatives: 11 } },
    'no-rank': { finetune: { weights: { rank: 0 } } },
    'no-next-token': { finetune: { weights: { nextToken: 0 } } },
    'no-difference-penalty': { finetune: { weights: { differencePenalty: 0 } } },
    diverged: { finetune: { learningRate: 5 } },
  },
  baseline: 'recipe',
  seeds: [0],
  measures: ['nDCG@10', 'RR@10'],
  labels: {
    recipe: 'Full recipe',
    'zero-shot': 'Zero-shot',
    'stage-one-only': 'Stage one only',
    'no-stage-one': 'Without stage one',
    'top-1': 'Top block trains',
    'top-3': 'Top 3 blocks train',
    'top-all': 'All weights train',
    'negatives-3': '3 negatives',
    'negatives-11': '11 negatives',
    'no-rank': 'Rank loss & weight 0',
    'no-next-token': 'Next-token loss at 0',
    'no-difference-penalty': 'Difference penalty at 0',
    diverged: '[Rate] 5 | 100% <b>_hot_</b>',
  },
  groups: {
    'top-1': 'Trainable layers',
    'top-3': 'Trainable layers',
    'top-all': 'Trainable layers',
    'negatives-3': 'Negatives',
    'negatives-11': 'Negatives',
    'no-rank': 'Losses',
    'no-next-token': 'Losses',
    'no-difference-penalty': 'Losses',
    diverged: 'Losses',
    'no-stage-one': 'Stages',
  },
});

/** A whole sweep with invented numbers, made by the real plan and the real table; each seed of one variant failed. */
export function syntheticSweep({ seeds = [0] }: { seeds?: readonly number[] } = {}): Required<ReportInput> {
  const plan = expandAblation(
    { ...spec, seeds: [...seeds] },
    { hashesOf: () => ({ model: '5eed'.repeat(16), cwe: 'c0de'.repeat(16) }) },
  );
  const byId = new Map(plan.runs.map((run) => [run.runId, run]));
  // What each cell's runs found, as it is measured, and its stage-one runs.
  const measured = new Map(plan.cells.map((cell) => [cell.runId, recordOf(byId.get(cell.runId)!)]));
  const stages = plan.runs.filter(({ runId, kind }) => kind === 'pretrain' && !measured.has(runId)).map(recordOf);
  const records = [...measured.values(), ...stages];
  const command = 'npx ablate recipe --set "finetune.learningRate=5"';
  const table = summarize(plan, measured, {
    command,
    records: new Map(records.map((record) => [record.runId, record])),
  });
  const losses = plan.runs.filter(({ kind }) => kind !== 'score').flatMap((run) => curveOf(run));
  const attempts = new Map(plan.runs.map(({ runId, variant }, at) => [runId, attemptsOf(at, variant)]));
  return {
    table,
    records,
    losses,
    texts: inventedTexts(),
    attempts,
    commands: ['npm ci', 'npx ablate recipe'],
  };
}

/** Now and then a run was killed once before it was done. */
function attemptsOf(at: number, variant: string): Attempt[] {
  const attempt = (end: string, message?: string): Attempt => ({
    executor: 'local',
    ended: '2026-01-02T03:04:05.000Z',
    seconds: 12,
    end,
    ...(message ? { message } : {}),
  });
  if (variant === 'diverged') return [attempt('nan', 'the loss of step 7 is NaN')];
  return [...(at % 5 === 2 ? [attempt('killed', 'signal SIGKILL')] : []), attempt('done')];
}

function recordOf({ runId, kind, config, behaviourVersion, dataHashes, parent, variant }: PlannedRun): RunRecord {
  const [level, outOfDomain, seconds] = LEVELS[variant as Variant];
  const { seed } = config;
  const inDomain = level + (seed === 0 ? 0 : (Random.fromSeed('level', variant, seed).nextFloat() - 0.5) * 0.03);
  const name = seed === 0 ? variant : `${variant}-${seed}`;
  const shared = {
    runId,
    kind,
    config,
    behaviourVersion,
    dataHashes,
    ...(parent ? { parent } : {}),
    versions: { node: '20.19.0', tsarank: '0.1.0' },
  };
  const timings = { total: seconds };
  if (kind === 'finetune' && variant === 'diverged') {
    return { ...shared, status: 'failed', error: { kind: 'nan', message: 'the loss of step 7 is NaN' }, timings };
  }
  const systems = {
    model: { inDomain: rankings(name, inDomain, 200), outOfDomain: rankings(`${name}-out`, outOfDomain, 60) },
    fused: { inDomain: rankings('fused', 0.36, 200), outOfDomain: rankings('fused-out', 0.62, 60) },
    bm25: { inDomain: rankings('bm25', 0.32, 200), outOfDomain: rankings('bm25-out', 0.64, 60) },
  };
  const perplexity = { positives: 40 - 50 * inDomain, heldOut: 62 + 30 * inDomain };
  const order = {
    ...(config.pretrain ? { pretrain: sha256(`stage one ${seed}`) } : {}),
    ...(config.finetune && kind === 'finetune'
      ? { finetune: sha256(`stage two ${seed} ${config.finetune.negatives}`) }
      : {}),
  };
  return { ...shared, status: 'done', result: { systems, perplexity, losses: {}, order }, timings };
}

/** Queries share a difficulty over all variants, so that paired tests have something to pair. */
function rankings(name: string, level: number, queries: number): Record<string, Record<string, number>> {
  const shared = Random.fromSeed('difficulty', queries);
  const own = Random.fromSeed(name);
  const values = Array.from({ length: queries }, (_, at): [string, number] => {
    const difficulty = shared.nextFloat();
    const noise = own.nextFloat() < 0.7 ? 0 : (own.nextFloat() - 0.5) * 0.3;
    return [`CVE-${at}`, Math.min(1, Math.max(0, 2 * level * difficulty + noise))];
  });
  return {
    'nDCG@10': Object.fromEntries(values),
    'RR@10': Object.fromEntries(values.map(([query, value]) => [query, reciprocalRank(value)])),
  };
}

/** What a query with such a value could have: 1, 1/2, … 1/10 or 0. */
function reciprocalRank(value: number): number {
  const rank = Math.round(1 / Math.max(value * 1.1, 0.01));
  return rank > 10 ? 0 : 1 / Math.max(1, rank);
}

function curveOf({ runId, kind, config, variant }: PlannedRun): LossCurve[] {
  const stage = kind === 'pretrain' ? 'pretrain' : 'finetune';
  const steps = config[stage]?.steps;
  if (!steps || variant === 'diverged') return [];
  const random = Random.fromSeed('curve', runId);
  const rows = Array.from({ length: steps }, (_, step): LossRow => {
    const left = Math.exp((-3 * step) / steps);
    const noise = (): number => (random.nextFloat() - 0.5) * 0.4;
    if (stage === 'pretrain') return { step, loss: 3.5 + 2 * left + noise() };
    const terms = {
      rank: 0.9 + 1.1 * left + noise(),
      nextToken: 3.4 + 0.3 * left + noise() / 4,
      differencePenalty: 0.4 * (1 - left) + 0.05 * random.nextFloat(),
    };
    return { step, loss: terms.rank + terms.nextToken + terms.differencePenalty, ...terms };
  });
  return [{ runId, stage, rows }];
}

/** Texts of different lengths; every fourth query has several relevant documents, one document has no title. */
export function inventedTexts(): CollectionTexts {
  const words =
    'an attacker may send <script>alert(1)</script> & crafted requests to the service, which reads beyond its buffer and discloses memory'.split(
      ' ',
    );
  const random = Random.fromSeed('texts');
  const text = (length: number): string =>
    Array.from({ length }, () => words[Math.floor(random.nextFloat() * words.length)]).join(' ');
  const documents = new Map(
    Array.from({ length: 40 }, (_, at) => [
      `CWE-${at}`,
      { title: at === 7 ? '' : `Weakness ${at} of <input>`, text: text(60) },
    ]),
  );
  const ids = Array.from({ length: 200 }, (_, at) => `CVE-${at}`);
  return {
    queries: new Map(ids.map((id, at) => [id, text(12 + (at % 9) * 12)])),
    documents,
    relevant: new Map(
      ids.map((id, at) => [id, Array.from({ length: at % 4 === 0 ? 5 : 1 }, (_, more) => `CWE-${(at + more) % 40}`)]),
    ),
  };
}
