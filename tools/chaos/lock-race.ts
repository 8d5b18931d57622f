/**
 * Processes fight for one lock; whoever has it creates a file that must not be there. Some are killed while they hold it.
 *
 *   npx tsx tools/chaos/lock-race.ts --processes 8 --acquisitions 20000 --kills 20
 *
 * Prints acquisitions, overlaps (0 is right) and kills; ends with 1 where there was an overlap.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { linkSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { acquireLock, isProcessAlive, WorkError } from '@tsarank/io';

const HELD_MS = 0.5;

function contend(folder: string): void {
  const inside = path.join(folder, 'inside');
  for (;;) {
    let lock;
    try {
      lock = acquireLock(folder);
    } catch (error) {
      if (error instanceof WorkError) continue;
      throw error;
    }
    const overlap = !enter(inside);
    const until = performance.now() + HELD_MS;
    while (performance.now() < until);
    process.send!({ overlap });
    rmSync(inside, { force: true });
    lock.release();
  }
}

/** Whether nobody is inside but, at most, a holder that was killed there. */
function enter(inside: string): boolean {
  const own = `${inside}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, inside);
    return true;
  } catch {
    const other = Number(readFileSync(inside, 'utf8'));
    renameSync(own, inside);
    return !isProcessAlive(other);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      processes: { type: 'string', default: '8' },
      acquisitions: { type: 'string', default: '20000' },
      kills: { type: 'string', default: '20' },
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'lock-race-'));
  const wanted = Number(values.acquisitions);
  const kills = Number(values.kills);
  const contenders = new Set<ChildProcess>();
  let acquired = 0;
  let overlaps = 0;
  let killed = 0;
  await new Promise<void>((resolve) => {
    const start = (): void => {
      const child = fork(__filename, [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      contenders.add(child);
      child.on('message', ({ overlap }: { overlap: boolean }) => {
        acquired += 1;
        if (overlap) overlaps += 1;
        if (acquired >= wanted) resolve();
        if (killed < kills && acquired > ((killed + 1) * wanted) / (kills + 1)) {
          killed += 1;
          child.once('exit', () => {
            contenders.delete(child);
            start();
          });
          child.kill('SIGKILL');
        }
      });
    };
    for (let count = 0; count < Number(values.processes); count += 1) start();
  });
  for (const child of contenders) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(
    `${acquired} acquisitions by ${values.processes} processes, ${killed} killed, ${overlaps} overlaps\n`,
  );
  process.exit(overlaps === 0 ? 0 : 1);
}

const [folder] = process.argv.slice(2);
if (process.connected && folder) contend(folder);
else void main();
