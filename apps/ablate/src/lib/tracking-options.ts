import type { AblationSpec } from '@tsarank/ablation';
import type { TrackingRequest } from '@tsarank/runner';
import type { SweepOptions } from './sweep-options';

/** What runs are told of where they belong. */
export function trackingRequest(
  { name, question, baseline, paper }: AblationSpec,
  { project, entity, tags }: Pick<SweepOptions, 'project' | 'entity' | 'tags'>,
): TrackingRequest {
  const given = (tags ?? '').split(',').map((tag) => tag.trim()).filter((tag) => tag !== '');
  return {
    project,
    ...(entity ? { entity } : {}),
    experiment: name,
    question,
    baseline,
    tags: [...(paper ? [`paper:${paper.table}`] : []), ...given],
  };
}
