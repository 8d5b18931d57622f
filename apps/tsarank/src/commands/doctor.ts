import { availableParallelism, freemem, totalmem } from 'node:os';
import { defineCommand } from '../define-command';

export const doctor = defineCommand({
  name: 'doctor',
  describe: 'Say which engines work here, which one is picked and why, and how fast it is',
  options: { json: { describe: 'JSON', type: 'boolean', default: false } },
  run: async ({ engine, jobs, json }) => {
    const tensor = require('@tsarank/tensor') as typeof import('@tsarank/tensor');
    const { listEngines, measureGflops, selectEngine } = tensor;
    const picked = await selectEngine(engine, { threads: jobs });
    const engines = await listEngines({ threads: jobs });
    const gflops = await measureGflops();
    const report = {
      engine: { ...picked, gflops },
      engines,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cores: availableParallelism(),
      memory: { totalBytes: totalmem(), freeBytes: freemem() },
    };
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
  },
});

interface Report {
  engine: { name: string; reason: string; version: string; gflops: number };
  engines: readonly { name: string; available: boolean; detail: string }[];
  node: string;
  platform: string;
  cores: number;
  memory: { totalBytes: number; freeBytes: number };
}

function describe({ engine, engines, node, platform, cores, memory }: Report): string {
  const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    `engine    ${engine.name} ${engine.version}: ${engine.reason}`,
    `speed     ${engine.gflops.toFixed(1)} GFLOP/s (float32 matrix product)`,
    ...engines.map(({ name, available, detail }) => `  ${available ? 'works  ' : 'missing'} ${name.padEnd(15)} ${detail}`),
    `node      ${node} on ${platform}, ${cores} cores`,
    `memory    ${gibibytes(memory.totalBytes)}, ${gibibytes(memory.freeBytes)} free`,
    '',
  ].join('\n');
}
