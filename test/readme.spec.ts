import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('shows the TypeScript example as it lies in examples/, which scores as the Python one says', () => {
    const example = readFileSync(path.join(root, 'examples/score.ts'), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const printed = execFileSync(process.execPath, ['--import', 'tsx', 'examples/score.ts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [claimed] = /(?<=# )-\d\.\d{4}/.exec(readme)!;
    expect(Number(/-\d\.\d+/.exec(printed)![0]).toFixed(4)).toBe(claimed);
  });

  it('names only experiments, commands and files that exist', () => {
    for (const [, name] of readme.matchAll(/`((?:docs|apps|tools|experiments|libs|examples)\/[\w./-]+)`/g)) {
      expect(() => readFileSync(path.join(root, name!))).not.toThrow(/ENOENT/);
    }
  });
});
