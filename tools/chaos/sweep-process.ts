import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const BIN = resolve(__dirname, '../../apps/ablate/bin/ablate.mjs');

/** An `ablate` command under way. */
export interface AblateProcess {
  child: ChildProcess;
  /** What it printed so far. */
  text: () => string;
  ended: Promise<{ code: number | null; signal: string | null; text: string }>;
}

export function startAblate(args: readonly string[], env: NodeJS.ProcessEnv = {}): AblateProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout!.on('data', (part) => (text += String(part)));
  child.stderr!.on('data', (part) => (text += String(part)));
  const ended = new Promise<{ code: number | null; signal: string | null; text: string }>((done) => {
    child.on('close', (code, signal) => done({ code, signal, text }));
  });
  return { child, text: () => text, ended };
}

/** Processes that a process started and that still live, by `/proc`. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
