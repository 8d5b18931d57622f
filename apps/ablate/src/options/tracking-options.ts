import type { AblationSpec } from '@tsarank/ablation';
import type { TrackingRequest } from '@tsarank/runs';

export const DEFAULT_PROJECT = 'tsarank';

/** The options that say where in W&B runs belong. */
export interface TrackingOptions {
  /** Default: `tsarank`. */
  project?: string;
  entity?: string;
  /** As in `table-3,smoke`. */
  tags?: string;
}

/** What runs are told of where they belong. */
export function trackingRequest(
  { name, question, baseline, paper }: AblationSpec,
  { project = DEFAULT_PROJECT, entity, tags }: TrackingOptions,
): TrackingRequest {
  const given = (tags ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return {
    project,
    ...(entity ? { entity } : {}),
    experiment: name,
    question,
    baseline,
    tags: [...(paper ? [`paper:${paper.table}`] : []), ...given],
  };
}
