import { evaluationSets, IN_DOMAIN, OUT_OF_DOMAIN, type RunRecord, type SystemName } from '@tsarank/config';
import { InputError, nearestName } from '@tsarank/io';
import { parseMeasure, summarizeMeasure, type Measure } from '@tsarank/metrics';
import type { AblationSpec } from './ablation-spec';
import type { ResultColumn } from './result-table';

/** A column and how it is read off a record. */
export interface TableColumn extends Omit<ResultColumn, 'measure'> {
  /** The ranking measure it shows. */
  measure?: Measure;
  /** Values by query, for a ranking measure. */
  queriesOf?: (record: RunRecord, system: SystemName) => Readonly<Record<string, number>> | undefined;
  /** One number a run, for anything else; null where there can be none, undefined where it is not there yet. */
  numberOf?: (record: RunRecord, system: SystemName) => number | null | undefined;
  /** Whether rankings beside the model's have such a number too. */
  ofSystems?: boolean;
}

/** Key of the column that shows the p-value of the first measure. */
export const P_VALUE = 'p-value';

/**
 * The columns of a spec's table: the measures on each test set and the averages over sets, the p-value of the first of
 * them, perplexities, seconds. Of the sets that a configuration does not name, every measure stands for the one in domain
 * and the first measure for the one out of domain.
 *
 * @throws {InputError} for a chosen column that doesn't exist, naming the nearest.
 */
export function tableColumns(spec: AblationSpec): TableColumn[] {
  const measured = measureColumns(spec);
  const firstLabel = measured[0]!.label;
  const all: TableColumn[] = [
    ...measured,
    { key: P_VALUE, label: `p (${firstLabel})`, direction: 'none', digits: 4 },
    perplexityColumn('perplexity of positives', 'positives'),
    perplexityColumn('perplexity of held-out text', 'heldOut'),
    {
      key: 'seconds',
      label: 'Seconds',
      unit: 's',
      direction: 'none',
      digits: 0,
      numberOf: (record) => record.timings.total,
    },
  ];
  if (!spec.columns) return all;
  const keys = all.map(({ key }) => key);
  return spec.columns.map((key) => {
    const column = all.find((candidate) => candidate.key === key);
    if (column) return column;
    const near = nearestName(key, keys);
    throw new InputError({
      field: 'columns',
      found: `"${key}"`,
      expected: near ? `"${near}"` : `some of ${keys.join(', ')}`,
    });
  });
}

function measureColumns({ base, measures }: AblationSpec): TableColumn[] {
  const first = measures[0]!;
  if (!base.evaluation?.sets) {
    const out = base.data.outOfDomain === null ? [] : [OUT_OF_DOMAIN];
    return [
      ...measures.map((measure) => measureColumn(measure, measure, measure, IN_DOMAIN)),
      ...out.map((set) => measureColumn(`out-of-domain ${first}`, `${first} out of domain`, first, set)),
    ];
  }
  const sets = evaluationSets(base);
  const columns = sets.flatMap(({ name }) =>
    measures.map((measure) => {
      const key = sets.length === 1 ? measure : `${name} ${measure}`;
      return measureColumn(key, key, measure, name);
    }),
  );
  return [...columns, ...averageColumns(base.evaluation.averages ?? {}, first)];
}

/** The first measure, averaged over sets: each set counts alike, however many queries it has. */
function averageColumns(averages: Readonly<Record<string, readonly string[]>>, name: string): TableColumn[] {
  const measure = parseMeasure(name);
  return Object.entries(averages).map(([label, sets]) => ({
    key: label,
    label: `${label} (mean ${name} of ${sets.length} sets)`,
    direction: 'higher',
    digits: 4,
    ofSystems: true,
    numberOf: (record, system) => {
      const values = sets.map((set) => {
        const queries = Object.values(record.result?.systems[system]?.[set]?.[name] ?? {});
        return queries.length > 0 ? summarizeMeasure(measure, queries) : undefined;
      });
      return values.some((value) => value === undefined)
        ? undefined
        : (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;
    },
  }));
}

function measureColumn(key: string, label: string, name: string, set: string): TableColumn {
  const measure = parseMeasure(name);
  return {
    measure,
    set,
    key,
    label,
    // More documents found or judged are no better by themselves; more relevant ones are.
    direction: /^Num(Q|Ret|Rel)$/.test(measure.name) ? 'none' : 'higher',
    digits: measure.integer ? 0 : 4,
    queriesOf: (record, system) => record.result?.systems[system]?.[set]?.[name],
  };
}

function perplexityColumn(key: string, part: 'positives' | 'heldOut'): TableColumn {
  const label = key.replace(/^perplexity/, 'Perplexity');
  return { key, label, direction: 'lower', digits: 1, numberOf: (record) => record.result?.perplexity[part] };
}
