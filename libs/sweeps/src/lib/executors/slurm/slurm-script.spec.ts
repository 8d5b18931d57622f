import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slurmScript } from './slurm-script';

/** Stands for a run: notes each SIGTERM, saves for a moment, and ends as asked. */
const RUN = `
  import { appendFileSync, writeFileSync } from 'node:fs';
  const [, , heard, code, planned, runs] = process.argv;
  process.on('SIGTERM', () => { appendFileSync(heard, 'TERM\\n'); setTimeout(() => process.exit(75), 200); });
  writeFileSync(heard, [planned, runs, process.cwd()].join('\\n') + '\\n');
  setTimeout(() => process.exit(Number(code)), code === 'never' ? 60_000 : 20);
`;

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), `slurm's $x "y" `));
  mkdirSync(at('ends'));
  mkdirSync(at('bin'));
  writeFileSync(at('run.mjs'), RUN);
  writeFileSync(at('manifest.tsv'), `none\tnone\n${at('planned.json')}\t${folder}\n`);
  writeFileSync(at('planned.json'), '{}');
  // Slurm would end the script.
  writeFileSync(at('bin/scontrol'), '#!/bin/bash\necho "$@" >> "${0%/*}/../requeued"\n(sleep 0.1; kill -TERM 0) &\n');
  chmodSync(at('bin/scontrol'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(
  code: string,
  environment: Record<string, string> = {},
): { script: ChildProcess; ended: Promise<number | null> } {
  const command = [process.execPath, at('run.mjs'), at('heard'), code];
  writeFileSync(at('array.sh'), slurmScript({ folder, cwd: folder, command }));
  const env = { PATH: `${at('bin')}:/usr/bin:/bin`, SLURM_ARRAY_TASK_ID: '1', SLURM_JOB_ID: '17', ...environment };
  const script = spawn('bash', [at('array.sh')], { env, detached: true, stdio: 'ignore' });
  return { script, ended: new Promise((resolve) => script.on('exit', resolve)) };
}
const heard = (): string[] => (existsSync(at('heard')) ? readFileSync(at('heard'), 'utf8').trim().split('\n') : []);
const end = (): string => readFileSync(at('ends/1'), 'utf8');
async function startedRun(environment?: Record<string, string>): Promise<ReturnType<typeof start>> {
  const started = start('never', environment);
  while (heard().length < 3) await sleep(10);
  return started;
}

describe('slurmScript', () => {
  it('does the run of its line where the submitter was, whatever the paths hold, and ends with its code', async () => {
    expect(await start('7').ended).toBe(7);
    expect(heard()).toEqual([at('planned.json'), folder, folder]);
    expect(end()).toBe('7\n');
  });

  it('waits for a planned run that a network file system shows late', async () => {
    rmSync(at('planned.json'));
    const { ended } = start('0');
    await sleep(300);
    expect(heard()).toEqual([]);
    writeFileSync(at('planned.json'), '{}');
    expect(await ended).toBe(0);
  });

  it('lets the run save near its time limit, then puts itself back into the queue', async () => {
    const { script, ended } = await startedRun();
    script.kill('SIGUSR1');
    await ended;
    expect(heard().slice(3)).toEqual(['TERM']);
    expect(readFileSync(at('requeued'), 'utf8')).toBe('requeue 17\n');
  });

  it('does so a limited number of times', async () => {
    const { script, ended } = await startedRun({ SLURM_RESTART_COUNT: '10' });
    script.kill('SIGUSR1');
    expect(await ended).toBe(75);
    expect(existsSync(at('requeued'))).toBe(false);
    expect(end()).toBe('75\n');
  });

  it('lets the run save when the runner asks it to, and ends for good', async () => {
    const { script, ended } = await startedRun();
    script.kill('SIGUSR2');
    expect(await ended).toBe(75);
    expect(heard().slice(3)).toEqual(['TERM']);
    expect(existsSync(at('requeued'))).toBe(false);
  });

  it('leaves the run to save when Slurm tells every process of the task to end: it hears that once', async () => {
    const { script, ended } = await startedRun();
    process.kill(-script.pid!, 'SIGTERM');
    expect(await ended).toBe(75);
    expect(heard().slice(3)).toEqual(['TERM']);
    expect(existsSync(at('requeued'))).toBe(false);
  });

  it('forgets the end of an earlier start', async () => {
    appendFileSync(at('ends/1'), '75\n');
    const { script, ended } = await startedRun();
    expect(existsSync(at('ends/1'))).toBe(false);
    script.kill('SIGUSR2');
    await ended;
  });
});
