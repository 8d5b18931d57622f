import { definitionOf, summaryRules, type MetricDefinition, type SummaryRule } from '../../metric-definition';
import type { RowValue } from '../../tracker';

interface Kept {
  min: number;
  max: number;
  sum: number;
  count: number;
  last: RowValue;
}

/** What the rows so far come to, by the rules of their series. */
export class RunSummary {
  private readonly rules = new Map<string, readonly SummaryRule[]>();
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly definitions: readonly MetricDefinition[]) {}

  /** Takes a row in and says what of the summary changes. */
  add(values: Readonly<Record<string, RowValue>>): Record<string, unknown> {
    const changed: Record<string, unknown> = {};
    for (const key in values) {
      const rules = this.rulesOf(key);
      if (rules.length === 0) changed[key] = values[key];
      else if (!rules.includes('none')) changed[key] = this.aggregate(key, values[key]!, rules);
    }
    return changed;
  }

  private rulesOf(key: string): readonly SummaryRule[] {
    let rules = this.rules.get(key);
    if (rules === undefined) {
      const definition = definitionOf(key, this.definitions);
      this.rules.set(key, (rules = definition ? summaryRules(definition) : []));
    }
    return rules;
  }

  private aggregate(key: string, value: RowValue, rules: readonly SummaryRule[]): Record<string, unknown> {
    const kept = this.kept.get(key) ?? { min: Infinity, max: -Infinity, sum: 0, count: 0, last: value };
    this.kept.set(key, kept);
    kept.last = value;
    // A diverged step is no minimum, and would leave no mean.
    if (typeof value === 'number' && !Number.isNaN(value)) {
      kept.min = Math.min(kept.min, value);
      kept.max = Math.max(kept.max, value);
      kept.sum += value;
      kept.count += 1;
    }
    const all = { min: kept.min, max: kept.max, mean: kept.sum / kept.count, last: kept.last };
    return Object.fromEntries(
      rules
        .filter((rule): rule is Exclude<SummaryRule, 'none'> => rule === 'last' || (rule !== 'none' && kept.count > 0))
        .map((rule) => [rule, all[rule]]),
    );
  }
}
