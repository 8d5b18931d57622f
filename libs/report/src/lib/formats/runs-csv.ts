import type { PlannedRun, SweepPlan } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import { parseMeasure, summarizeMeasure } from '@tsarank/metrics';
import { csvLines, csvText, type CsvField } from './csv-text';

/** Column -> value of one run. */
type Row = Map<string, CsvField>;

/**
 * A sweep as CSV for pandas and its kind, one row a run that trains, or that scores an untrained model, done or not:
 *
 * - `run_id`, `experiment`, `kind`, `variant` (empty for stage one), `also` (other variants that it answers for), `label`,
 *   `seed`, `status` (`done`, `failed`, `to do`), `error_kind`, `error_message`, `parent`, `behaviour_version`;
 * - every setting by its path, as in `finetune.weights.rank`; empty where it is null or absent, JSON where it is a list;
 * - `measure.SET.MEASURE` of the model, `bm25.…` and `fused.…` of the rankings beside it, over queries by the measure's own
 *   summary, and `queries.SET`; then `perplexity.…`, `loss.STAGE.…`, `seconds.…`, `hash.…`, `version.…`.
 *
 * Numbers have full precision; a column stands where one run has it. RFC 4180 quoting, lines end in CRLF.
 *
 * @param records What the cells' runs found, measured, and the stage-one runs, in any order.
 */
export function toRunsCsv(plan: SweepPlan, records: Iterable<RunRecord>): string {
  const byId = new Map([...records].map((record) => [record.runId, record]));
  const variants = new Map<string, string[]>();
  for (const { runId, variant } of plan.cells) {
    const known = variants.get(runId) ?? [];
    if (!known.includes(variant)) variants.set(runId, [...known, variant]);
  }
  // Scores of a trained model are columns of the run that made it.
  const rows = plan.runs.filter(({ kind, runId }) => kind !== 'score' || variants.has(runId));
  const parts = rows.map((run): Row[] => {
    const record = byId.get(run.runId);
    return [
      identity(run, { plan, record, variants: variants.get(run.runId) ?? [] }),
      settings(run.config),
      ...(record ? recordParts(record) : []),
    ];
  });
  const longest = Math.max(...parts.map((own) => own.length));
  const columns = Array.from({ length: longest }, (_, at) => columnsOf(parts.flatMap((own) => own[at] ?? []))).flat();
  const lines = parts.map((own) => {
    const row = new Map(own.flatMap((part) => [...part]));
    return columns.map((column) => row.get(column));
  });
  return csvLines([columns.map(csvText), ...lines]);
}

interface RunContext {
  plan: SweepPlan;
  record: RunRecord | undefined;
  variants: readonly string[];
}

function identity(run: PlannedRun, { plan, record, variants }: RunContext): Row {
  const { runId, kind, seed, behaviourVersion } = run;
  const isStageOne = kind === 'pretrain' && variants.length === 0;
  const [variant = isStageOne ? '' : run.variant, ...also] = variants;
  return new Map<string, CsvField>([
    ['run_id', csvText(runId)],
    ['experiment', csvText(plan.spec.name)],
    ['kind', kind],
    ['variant', csvText(variant)],
    ['also', csvText(also.join(' '))],
    ['label', csvText(isStageOne ? 'stage one' : (plan.labels[variant] ?? variant))],
    ['seed', seed],
    ['status', record?.status ?? 'to do'],
    ['error_kind', record?.error?.kind],
    ['error_message', csvText(record?.error?.message ?? '')],
    ['parent', csvText(record?.parent ?? '')],
    ['behaviour_version', behaviourVersion],
  ]);
}

/** Every setting but the seed, which stands among the first columns. */
function settings(config: object): Row {
  const row: Row = new Map();
  const add = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) add(inner, path === '' ? key : `${path}.${key}`);
    } else if (path !== 'seed') row.set(path, settingField(value));
  };
  add(config, '');
  return row;
}

function settingField(value: unknown): CsvField {
  if (value === null || value === undefined || typeof value === 'number') return value;
  return csvText(typeof value === 'string' ? value : JSON.stringify(value));
}

/** In an order that is the same for every run. */
function recordParts({ result, timings, dataHashes, versions }: RunRecord): Row[] {
  const measures: Row = new Map();
  const queries: Row = new Map();
  for (const [system, prefix] of [
    ['model', 'measure'],
    ['bm25', 'bm25'],
    ['fused', 'fused'],
  ] as const) {
    for (const [set, byMeasure] of Object.entries(result?.systems[system] ?? {})) {
      for (const [name, perQuery] of Object.entries(byMeasure)) {
        const values = Object.values(perQuery);
        if (values.length === 0) continue;
        measures.set(`${prefix}.${set}.${name}`, summarizeMeasure(parseMeasure(name), values));
        queries.set(`queries.${set}`, values.length);
      }
    }
  }
  const losses = Object.entries(result?.losses ?? {}).flatMap(([stage, summary]) => {
    const { terms, ...numbers } = summary;
    return Object.entries({ ...numbers, ...terms }).map(([name, value]) => [`loss.${stage}.${name}`, value] as const);
  });
  const order = Object.entries(result?.order ?? {}).map(([stage, hash]) => [`order.${stage}`, hash] as const);
  const hashes = [
    ...Object.entries(dataHashes),
    ...order,
    ...(result?.modelHash ? [['modelFolder', result.modelHash] as const] : []),
  ];
  return [
    new Map([...measures, ...queries]),
    numbered('perplexity', result?.perplexity ?? {}),
    new Map(losses),
    numbered('seconds', timings),
    new Map(hashes.map(([name, hash]) => [`hash.${name}`, csvText(hash)])),
    new Map(Object.entries(versions).map(([name, version]) => [`version.${name}`, csvText(version)])),
  ];
}

const numbered = (prefix: string, values: Readonly<Record<string, number | null>>): Row =>
  new Map(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

/** The columns of some rows as they first come; `pretrain`, null in one, is none where `pretrain.steps` of another is. */
function columnsOf(rows: readonly Row[]): string[] {
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const whole = new Set(columns.flatMap((column) => prefixesOf(column)));
  return columns.filter((column) => !whole.has(column) || rows.some((row) => (row.get(column) ?? null) !== null));
}

function prefixesOf(column: string): string[] {
  const keys = column.split('.');
  return keys.slice(1).map((_, at) => keys.slice(0, at + 1).join('.'));
}
