import { availableParallelism, freemem, totalmem } from 'node:os';
import { listEngines, measureGflops, selectEngine } from '@tsarank/tensor';
import type { EngineReport, SelectedEngine } from '@tsarank/tensor';
import type { ENGINES } from '../options/shared-options';

/** What `doctor` found. */
export interface MachineReport {
  engine: SelectedEngine & { gflops: number };
  engines: EngineReport[];
  node: string;
  platform: string;
  cores: number;
  memory: { totalBytes: number; freeBytes: number };
}

/** Tries every engine, and measures the one that is picked. */
export async function describeMachine({
  engine,
  jobs,
}: {
  engine: (typeof ENGINES)[number];
  jobs?: number;
}): Promise<MachineReport> {
  const picked = await selectEngine(engine, { threads: jobs });
  const engines = await listEngines({ threads: jobs });
  return {
    engine: { ...picked, gflops: await measureGflops() },
    engines,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
  };
}

/** The report as text for people. */
export function formatMachine({ engine, engines, node, platform, cores, memory }: MachineReport): string {
  const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    `engine    ${engine.name} ${engine.version}: ${engine.reason}`,
    `speed     ${engine.gflops.toFixed(1)} GFLOP/s (float32 matrix product)`,
    ...engines.map(
      ({ name, available, detail }) => `  ${available ? 'works  ' : 'missing'} ${name.padEnd(15)} ${detail}`,
    ),
    `node      ${node} on ${platform}, ${cores} cores`,
    `memory    ${gibibytes(memory.totalBytes)}, ${gibibytes(memory.freeBytes)} free`,
    '',
  ].join('\n');
}
