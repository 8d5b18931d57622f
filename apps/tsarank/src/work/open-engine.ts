import type { SelectedEngine } from '@tsarank/tensor';
import type { Log } from '../log';
import type { ENGINES } from '../options/shared-options';

/** Makes the engine asked for the active one and says which it is. */
export async function openEngine(
  { engine, jobs }: { engine: (typeof ENGINES)[number]; jobs?: number },
  log: Log,
): Promise<SelectedEngine> {
  const { selectEngine } = require('@tsarank/tensor') as typeof import('@tsarank/tensor');
  const selected = await selectEngine(engine, { threads: jobs });
  log.info(`engine ${selected.name} ${selected.version}`);
  log.debug(`engine ${selected.name}: ${selected.reason}`);
  if (jobs !== undefined && jobs > 1 && !selected.name.startsWith('tensorflow')) {
    log.warn(`the ${selected.name} engine computes on one core; --jobs ${jobs} changes nothing`);
  }
  return selected;
}
