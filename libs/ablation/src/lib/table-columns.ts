import type { RunRecord, SystemName } from '@tsarank/config';
import { InputError, nearestName } from '@tsarank/io';
import { parseMeasure, type Measure } from '@tsarank/metrics';
import type { AblationSpec } from './ablation-spec';
import type { ResultColumn } from './result-table';
import { IN_DOMAIN, OUT_OF_DOMAIN } from './row-runs';

/** A column and how it is read off a record. */
export interface TableColumn extends ResultColumn {
  /** The ranking measure it shows. */
  measure?: Measure;
  /** Values by query, for a ranking measure. */
  queriesOf?: (record: RunRecord, system: SystemName) => Readonly<Record<string, number>> | undefined;
  /** One number a run, for anything else. */
  numberOf?: (record: RunRecord) => number | null | undefined;
}

/** Key of the column that shows the p-value of the first measure. */
export const P_VALUE = 'p-value';

/**
 * The columns of a spec's table: in-domain measures, the first measure out of domain, the p-value of the first measure,
 * perplexities, seconds.
 *
 * @throws {InputError} for a chosen column that doesn't exist, naming the nearest.
 */
export function tableColumns(spec: AblationSpec): TableColumn[] {
  const first = spec.measures[0]!;
  const outOfDomain = spec.base.data.outOfDomain;
  const all: TableColumn[] = [
    ...spec.measures.map((measure) => measureColumn(measure, measure, measure, IN_DOMAIN)),
    ...(outOfDomain === null
      ? []
      : [measureColumn(`out-of-domain ${first}`, `${first} out of domain`, first, OUT_OF_DOMAIN)]),
    { key: P_VALUE, label: `p (${first})`, direction: 'none', digits: 4 },
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

function measureColumn(key: string, label: string, name: string, collection: string): TableColumn {
  const measure = parseMeasure(name);
  return {
    measure,
    key,
    label,
    // More documents found or judged are no better by themselves; more relevant ones are.
    direction: /^Num(Q|Ret|Rel)$/.test(measure.name) ? 'none' : 'higher',
    digits: measure.integer ? 0 : 4,
    queriesOf: (record, system) => record.result?.systems[system]?.[collection]?.[name],
  };
}

function perplexityColumn(key: string, part: 'positives' | 'heldOut'): TableColumn {
  const label = key.replace(/^perplexity/, 'Perplexity');
  return { key, label, direction: 'lower', digits: 1, numberOf: (record) => record.result?.perplexity[part] };
}
