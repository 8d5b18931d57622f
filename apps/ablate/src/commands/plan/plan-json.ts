import type { DescribedPlan } from './describe-plan';

/** A plan as data: bytes, seconds and operations unrounded. */
export function planJson({ plan, jobs, runs, totals }: DescribedPlan): Record<string, unknown> {
  const { name, question, baseline, seeds } = plan.spec;
  return {
    experiment: name,
    question,
    baseline,
    seeds,
    jobs,
    totals,
    runs: runs.map(({ run, state, variants, startsFrom, differences, estimate, tooLarge }) => ({
      ...run,
      state,
      label: run.kind === 'pretrain' ? 'stage one' : plan.labels[variants[0]!],
      ...(run.set ? { set: run.set } : {}),
      variants: run.kind === 'pretrain' ? ['stage one'] : variants,
      ...(run.kind === 'pretrain' ? { startsFrom } : {}),
      differences,
      estimate,
      ...(tooLarge === undefined ? {} : { tooLarge }),
    })),
  };
}
