import { execFileSync } from 'node:child_process';
import path from 'node:path';

it('processes that fight for a lock, some of them killed while they hold it, are never in together', () => {
  const args = ['--import', 'tsx', path.join(__dirname, 'lock-race.ts')];
  const printed = execFileSync(
    process.execPath,
    [...args, '--processes', '4', '--acquisitions', '600', '--kills', '4'],
    {
      encoding: 'utf8',
    },
  );
  expect(printed).toBe('600 acquisitions by 4 processes, 4 killed, 0 overlaps\n');
});
