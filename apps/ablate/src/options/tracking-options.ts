import type { AblationSpec } from '@tsarank/ablation';
import type { TrackingRequest } from '@tsarank/runs';
import { InputError, nearestName } from '@tsarank/io';
import { requireWandbNames } from '@tsarank/tracking';

export const DEFAULT_PROJECT = 'tsarank';

/** The options that say where in W&B runs belong. */
export interface TrackingOptions {
  /** Default: `tsarank`. */
  project?: string;
  entity?: string;
  /** As in `table-3,smoke`. */
  tags?: string;
}

/**
 * What runs are told of where they belong.
 *
 * @throws {InputError} for a name that W&B refuses.
 */
export function trackingRequest(
  { name, question, baseline, paper }: AblationSpec,
  { project = DEFAULT_PROJECT, entity, tags }: TrackingOptions,
): TrackingRequest {
  const given = (tags ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const request: TrackingRequest = {
    project,
    ...(entity ? { entity } : {}),
    experiment: name,
    question,
    baseline,
    tags: [...(paper ? [`paper:${paper.table}`] : []), ...given],
  };
  requireWandbNames(request);
  return request;
}

/** Trackers that `--track` can name. */
export const TRACKER_NAMES = ['none', 'wandb', 'wandb-live'] as const;
export type TrackerName = Exclude<(typeof TRACKER_NAMES)[number], 'none'>;

/**
 * What `--track` asks for, commas and repetitions alike; `wandb-live` needs the log and brings it along.
 *
 * @throws {InputError} for an unknown name, naming the nearest, and for `none` beside another.
 */
export function parseTrackers(values: readonly string[]): Set<TrackerName> {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  for (const name of names) {
    if ((TRACKER_NAMES as readonly string[]).includes(name)) continue;
    const near = nearestName(name, TRACKER_NAMES);
    throw new InputError({
      field: '--track',
      found: `"${name}"`,
      expected: near ? `"${near}"` : TRACKER_NAMES.join(', '),
    });
  }
  if (names.includes('none') && names.length > 1) {
    throw new InputError({ field: '--track', found: names.join(', '), expected: 'none alone, or trackers' });
  }
  const trackers = new Set(names.filter((name) => name !== 'none') as TrackerName[]);
  return trackers.has('wandb-live') ? trackers.add('wandb') : trackers;
}
