import { execFile } from 'node:child_process';
import { InputError } from '@tsarank/io';

/** What one of Slurm's commands answered. */
export interface ProgramResult {
  /** null: it was ended for taking too long. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Calls one of Slurm's commands; specs pass their own. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

/** How long a command may take on a busy cluster. */
const PATIENCE_MS = 60_000;
const OUTPUT_BYTES = 256 << 20;

/**
 * Runs a program to its end.
 *
 * @throws {InputError} when it is not installed.
 */
export const runProgram: RunProgram = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: PATIENCE_MS, maxBuffer: OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') reject(notInstalled(program));
      else resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });

function notInstalled(program: string): InputError {
  return new InputError({
    field: '--executor',
    found: `slurm, but no ${program} on PATH`,
    expected: "a machine that submits Slurm jobs (a cluster's login node; tools/slurm/single-node.sh makes one)",
  });
}

const UNREACHABLE =
  /unable to contact|timed out|connect(ion)? (failure|refused|reset)|unexpected message|zero bytes|temporarily|try again|communications?/i;

/** Whether Slurm could not be asked, as against refused: its controller restarts or is busy. */
export function isUnreachable({ code, stderr }: ProgramResult): boolean {
  return code === null || (code !== 0 && UNREACHABLE.test(stderr));
}
