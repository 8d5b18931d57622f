import { InputError } from '@tsarank/io';
import type { CommandModule } from 'yargs';
import { hubOfEnvironment } from '../experiment/hub-models';
import { useCachedDatasets } from '../experiment/named-datasets';

/** Measures what its parent asks for; what `plan` starts to learn how fast this machine is. */
export function probeCommand(): CommandModule {
  return {
    command: 'probe',
    describe: false,
    handler: async () => {
      if (!process.connected) throw new InputError({ message: 'probe is started by plan' });
      const { answerProbe } = require('@tsarank/estimate') as typeof import('@tsarank/estimate');
      useCachedDatasets();
      await answerProbe(hubOfEnvironment);
      process.exit(0);
    },
  };
}
