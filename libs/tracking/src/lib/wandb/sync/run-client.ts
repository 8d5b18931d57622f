import { spawn } from 'node:child_process';

export interface ClientOptions {
  /** The official client: `['wandb']`, or the path of one. */
  client: readonly string[];
  /** Its whole environment: WANDB_API_KEY, WANDB_BASE_URL, PATH and so on. */
  env: Readonly<Record<string, string | undefined>>;
  /** Each line that it prints. */
  onLine?: (line: string) => void;
  /** Ends the client. */
  signal?: AbortSignal;
}

/**
 * Runs the official client to its end.
 *
 * @param cwd Older clients write a log into `wandb/` there.
 * @returns The lines that it printed. Its exit code says nothing: it is 0 also when a run was not uploaded.
 */
export function runClient(
  args: readonly string[],
  cwd: string | undefined,
  { client, env, onLine, signal }: ClientOptions,
): Promise<string[]> {
  const [program, ...first] = client as [string, ...string[]];
  return new Promise((resolve) => {
    const lines: string[] = [];
    let rest = '';
    const take = (text: string): void => {
      const parts = (rest + text).split(/\r?\n|\r/);
      rest = parts.pop()!;
      for (const line of parts.filter((part) => part.trim() !== '')) {
        lines.push(line);
        onLine?.(line);
      }
    };
    const child = spawn(program, [...first, ...args], {
      ...(cwd ? { cwd } : {}),
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error: NodeJS.ErrnoException) => {
      take(error.code === 'ENOENT' ? `${program}: no such program\n` : `${program}: ${error.message}\n`);
      if (child.pid === undefined) resolve(lines);
    });
    child.on('close', () => {
      take('\n');
      resolve(lines);
    });
  });
}
