import { publishedTable, PUBLISHED_SETS, type PublishedTable } from '@tsarank/report';
import { runCommandText } from '../../experiment/command-text';
import type { ExperimentOptions } from '../../options/experiment-options';
import type { TestSet } from './test-sets';

export interface FillCommandInput {
  /** Sets that the experiment has; the command keeps them. */
  sets: readonly TestSet[];
  /** Keys of the columns that have one. */
  filled: ReadonlySet<string>;
  measures: readonly string[];
  options: ExperimentOptions;
}

/**
 * The command that runs an experiment on the test sets that a published table has beside its own, too: the paper's first
 * stage and depth. Other rankings than BM25's are files that its user brings.
 */
export function fillCommand(key: PublishedTable['key'], { sets, filled, measures, options }: FillCommandInput): string {
  const lacking = publishedTable(key).columns.filter((column) => column.set !== undefined && !filled.has(column.key));
  const added = lacking.map(({ set, firstStage }) => {
    const own = firstStage === 'BM25';
    return {
      name: own ? set : `${set}-${firstStage!.toLowerCase()}`,
      collection: PUBLISHED_SETS[set!].dataset,
      ...(PUBLISHED_SETS[set!].split === 'dev' ? { split: 'dev' } : {}),
      ...(own ? {} : { candidates: `${firstStage!.toLowerCase()}-${set}.trec` }),
      depth: 1000,
    };
  });
  const wanted = [...new Set(lacking.map(({ measure }) => measure))].filter((measure) => !measures.includes(measure));
  const settings = [
    `evaluation.sets=${JSON.stringify([...sets.map(settingOf), ...added])}`,
    ...(wanted.length > 0 ? [measuresSetting([...measures, ...wanted])] : []),
  ];
  return runCommandText(withSettings(options, settings));
}

/** The command that adds a measure to an experiment. */
export function measureCommand(measure: string, { measures, options }: Pick<FillCommandInput, 'measures' | 'options'>) {
  return runCommandText(withSettings(options, [measuresSetting([...measures, measure])]));
}

const measuresSetting = (measures: readonly string[]): string => `measures=${JSON.stringify(measures)}`;

/** A set as a setting; what is the default of a set is left out. */
function settingOf({
  name,
  collection,
  split,
  candidates,
  depth,
  queries,
  domain,
  score,
}: TestSet): Record<string, unknown> {
  return {
    name,
    collection,
    ...(split === 'test' ? {} : { split }),
    ...(candidates === 'bm25' ? {} : { candidates }),
    depth,
    ...(queries === undefined ? {} : { queries }),
    ...(domain === 'in' ? {} : { domain }),
    ...(score === 'all' ? {} : { score }),
  };
}

/** The options with settings in the place of those of the same path. */
function withSettings(options: ExperimentOptions, settings: readonly string[]): ExperimentOptions {
  const pathOf = (setting: string): string => setting.split('=', 1)[0]!;
  const replaced = new Set(settings.map(pathOf));
  const kept = (options.set ?? []).map(String).filter((setting) => !replaced.has(pathOf(setting)));
  return { ...options, set: [...kept, ...settings] };
}
