import type { SweepPlan } from '@tsarank/ablation';
import { evaluationSets, IN_DOMAIN } from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { configDifferences } from '@tsarank/report';
import { createWandbReport, wandbReportSpec, wandbServerAccess, type WandbReportInput } from '@tsarank/tracking';
import type { ExperimentOptions } from '../../options/experiment-options';
import { formatResults, readResults } from '../../results/result-files';
import { trackingRequest, type TrackingOptions } from '../../options/tracking-options';

const CURVES = [
  'train/loss',
  'train/loss/rank',
  'train/loss/nextToken',
  'train/loss/differencePenalty',
  'train/gradNorm',
];

/** What a W&B report of a sweep shows: our table, the curves of each loss, and its runs grouped by the settings that vary. */
export function wandbReportInput(plan: SweepPlan, options: ExperimentOptions & TrackingOptions): WandbReportInput {
  const { name, question, measures, baseline } = plan.spec;
  const [home, ...others] = evaluationSets(plan.spec.base).map(({ name: set }) => set);
  const away = others.map((set) => `eval/${set}/${measures[0]!}`);
  const ofHome = home === IN_DOMAIN ? 'eval' : `eval/${home!}`;
  const { project, entity = '' } = trackingRequest(plan.spec, options);
  return {
    entity,
    project,
    group: name,
    title: `${name}: ${question}`,
    description: `Ablation ${name}; every variant is compared with “${baseline}”.`,
    markdown: formatResults('md', plan, readResults(plan, options), options),
    groupBy: varyingSettings(plan),
    curves: CURVES,
    xAxis: 'train/examples',
    measures: [...measures.map((measure) => `${ofHome}/${measure}`), ...away],
  };
}

/** Paths in which some run's configuration differs from the baseline's. */
function varyingSettings({ runs, cells, spec }: SweepPlan): string[] {
  const baselineId = cells.find(({ variant }) => variant === spec.baseline)?.runId;
  const base = runs.find(({ runId }) => runId === baselineId)?.config;
  const finals = runs.filter(({ kind }) => kind === 'score');
  return [...new Set(finals.flatMap(({ config }) => configDifferences(base, config).map(({ path }) => path)))].sort();
}

/**
 * The report as W&B takes it, in JSON; or, made on the server, where it is to be seen.
 *
 * @throws {InputError} when it is to be made and there is no key or no entity.
 */
export async function wandbReport(
  plan: SweepPlan,
  options: ExperimentOptions & TrackingOptions & { wandb: 'spec' | 'create' },
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const input = wandbReportInput(plan, options);
  if (options.wandb === 'spec') return JSON.stringify(wandbReportSpec(input), null, 2);
  if (options.entity === undefined)
    throw new InputError({ field: '--entity', found: 'nothing', expected: "W&B's entity, for --wandb create" });
  const access = wandbServerAccess(env);
  if (!access)
    throw new InputError({ field: 'WANDB_API_KEY', found: 'nothing', expected: 'a key of W&B, for --wandb create' });
  const { id, url } = await createWandbReport({ ...input, ...access });
  return options.json ? JSON.stringify({ id, url }, null, 2) : url;
}
