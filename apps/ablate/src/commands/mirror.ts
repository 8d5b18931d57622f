import type { CommandModule } from 'yargs';

/** Follows W&B logs while they grow; what a sweep with `--track wandb-live` starts. */
export function mirrorCommand(): CommandModule<object, { client?: string }> {
  return {
    command: 'mirror',
    describe: false,
    builder: (yargs) => yargs.option('client', { type: 'string', requiresArg: true }),
    handler: ({ client }) => {
      const { runLiveMirror } = require('@tsarank/tracking') as typeof import('@tsarank/tracking');
      runLiveMirror({ env: process.env, ...(client ? { client: [client] } : {}) });
    },
  };
}
