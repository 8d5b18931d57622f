import type { SweepPlan } from '@tsarank/ablation';
import { modelShape } from '@tsarank/estimate';
import {
  paperCsv,
  paperJson,
  paperLatex,
  paperMarkdown,
  paperPage,
  paperTable,
  type PublishedTable,
} from '@tsarank/report';
import { hubOfEnvironment } from '../../experiment/hub-models';
import type { ExperimentOptions } from '../../options/experiment-options';
import type { Format, Results } from '../result-files';
import { ourPaperRows } from './our-paper-rows';

/** The formats that a published table with our rows is written in. */
export type PaperFormat = Exclude<Format, 'cells.csv'>;

export interface PaperResultsInput {
  plan: SweepPlan;
  results: Results;
  options: ExperimentOptions;
}

/**
 * A published table with an experiment's rows under it.
 *
 * @returns `whole` as it is printed, and `block` as it stands in a text that has its own heading.
 */
export function paperResults(
  key: PublishedTable['key'],
  format: PaperFormat,
  { plan, results, options }: PaperResultsInput,
): { whole: string; block: string } {
  const weightsOf = (model: string): number => modelShape(model, hubOfEnvironment).weights;
  const { rows, notes } = ourPaperRows(key, { plan, results, options, weightsOf });
  const table = paperTable(key, rows, { experiment: plan.spec.name, notes });
  if (format === 'md') return { whole: paperMarkdown(table), block: paperMarkdown(table, { heading: false }) };
  const write = { csv: paperCsv, json: paperJson, tex: paperLatex, html: paperPage }[format];
  const whole = write(table);
  return { whole, block: whole };
}
