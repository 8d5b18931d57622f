import type { RunRecord } from '@tsarank/config';

export interface StopRuleOptions {
  failFast?: boolean;
  /** Default 3; 0: never. */
  stopAlike?: number;
}

/**
 * When a sweep is not worth going on with: at the first failure where that is asked for, and when all of the first runs
 * failed by the same cause, which the others would most likely meet too.
 *
 * @returns Of what has been executed so far, why to stop; undefined to go on.
 */
export function stopRule({
  failFast = false,
  stopAlike = 3,
}: StopRuleOptions): (outcome: { executed: number; failed: readonly RunRecord[] }) => string | undefined {
  return ({ executed, failed }) => {
    const [first] = failed;
    if (!first) return undefined;
    if (failFast) return `run ${first.runId} failed`;
    // What lost its stage one was never tried.
    const tried = failed.filter(({ error }) => !ORPHAN.test(error!.message));
    if (stopAlike === 0 || tried.length < stopAlike || failed.length < executed) return undefined;
    const causes = new Set(tried.map(causeOf));
    return causes.size === 1
      ? `the first ${tried.length} runs failed alike (${first.error!.kind}: ${first.error!.message.split('\n')[0]})`
      : undefined;
  };
}

const ORPHAN = /^stage one \(run \w+\) failed: /;

/** Numbers and ids aside, what went wrong. */
function causeOf({ error }: RunRecord): string {
  return `${error!.kind} ${error!.message.split('\n')[0]!.replace(/[0-9a-f]{16}|[\d.]+(e[+-]?\d+)?/g, '#')}`;
}
