import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** Undefined when the program isn't there. */
  status: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs a program without a shell, its output kept. It is ended after `timeoutMs`. */
export function runProgram(
  program: string,
  args: readonly string[],
  { timeoutMs = 600_000, cwd, pathPrefix }: { timeoutMs?: number; cwd?: string; pathPrefix?: string } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const environment = pathPrefix === undefined ? process.env : prefixedPath(pathPrefix);
    const child = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    // spawn's own timeout keeps the process waiting when the program isn't there
    const timer = setTimeout(() => child.kill(), timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: undefined, stdout, stderr: error.message });
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status: status ?? 1, stdout, stderr: signal === null ? stderr : `${stderr}\nended by ${signal}` });
    });
  });
}

function prefixedPath(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` };
}

/** The last lines of a program's complaint, for a message. */
export function lastLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
