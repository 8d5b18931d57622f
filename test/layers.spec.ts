import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '..');
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);
const RULE = '@nx/enforce-module-boundaries';
const TIMEOUT = 120_000;

/** What the layer rule says of a file with such an import. */
function complaints(file: string, imported: string): string[] {
  const input = `import * as library from '${imported}';\nexport const value = library;\n`;
  const args = ['--stdin', '--stdin-filename', file, '--format', 'json'];
  const { stdout } = spawnSync(bin('eslint'), args, { cwd: root, input, encoding: 'utf8' });
  const [result] = JSON.parse(stdout) as { messages: { ruleId: string; message: string }[] }[];
  return result!.messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message);
}

describe('lint keeps the layers', () => {
  // Without Nx's project graph the rule is skipped.
  beforeAll(() => void execFileSync(bin('nx'), ['show', 'projects'], { cwd: root }), TIMEOUT);

  it(
    'forbids an upward import',
    () => {
      const [message] = complaints('libs/losses/src/lib/rank-loss.ts', '@tsarank/report');
      expect(message).toContain('can only depend on libs tagged with');
    },
    TIMEOUT,
  );

  it(
    'allows a downward one',
    () => {
      expect(complaints('libs/losses/src/lib/rank-loss.ts', '@tsarank/tensor')).toEqual([]);
    },
    TIMEOUT,
  );
});
