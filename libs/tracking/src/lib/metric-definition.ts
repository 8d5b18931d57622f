import type { MessageInitShape } from '@bufbuild/protobuf';
import { MetricRecord_Goal, type MetricRecordSchema } from './wandb/log/generated/wandb-log_pb';

/** What the summary keeps of a series: `last` and the like become `summary.<name>.last`, `none` keeps nothing. */
export type SummaryRule = 'min' | 'max' | 'mean' | 'last' | 'none';

/** How a series is drawn and summarized. */
export interface MetricDefinition {
  /** `train/loss`, or `train/*` for every series that begins so. */
  name: string;
  /** The series that is its x axis; without it, the step. */
  stepMetric?: string;
  /** Give rows that lack the x axis its last value. Default true. */
  stepSync?: boolean;
  goal?: 'minimize' | 'maximize';
  /** Default: the last value, as it is. */
  summary?: SummaryRule | readonly SummaryRule[];
}

const GOALS = { minimize: MetricRecord_Goal.MINIMIZE, maximize: MetricRecord_Goal.MAXIMIZE } as const;

/** The definition that holds for a series: the one with its name, or the first glob that fits. */
export function definitionOf(name: string, definitions: readonly MetricDefinition[]): MetricDefinition | undefined {
  return (
    definitions.find((definition) => definition.name === name) ??
    definitions.find((definition) => isGlob(definition) && name.startsWith(definition.name.slice(0, -1)))
  );
}

const isGlob = ({ name }: MetricDefinition): boolean => name.endsWith('*');

export function summaryRules({ summary }: MetricDefinition): readonly SummaryRule[] {
  if (summary === undefined) return [];
  return typeof summary === 'string' ? [summary] : summary;
}

/** The log's record of a definition. */
export function metricRecord(definition: MetricDefinition): MessageInitShape<typeof MetricRecordSchema> {
  const rules = summaryRules(definition);
  return {
    [isGlob(definition) ? 'globName' : 'name']: definition.name,
    stepMetric: definition.stepMetric ?? '',
    options: { defined: true, stepSync: definition.stepMetric !== undefined && definition.stepSync !== false },
    ...(rules.length > 0 ? { summary: Object.fromEntries(rules.map((rule) => [rule, true])) } : {}),
    ...(definition.goal ? { goal: GOALS[definition.goal] } : {}),
  };
}
