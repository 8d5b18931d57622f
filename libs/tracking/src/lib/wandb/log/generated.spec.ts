import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

it('the generated messages are those of the proto file', () => {
  const out = mkdtempSync(join(tmpdir(), 'proto-'));
  try {
    const script = resolve(__dirname, '../../../../../../tools/wandb/generate-proto.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, out], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const name = 'wandb-log_pb.ts';
    expect(readFileSync(join(out, name), 'utf8')).toBe(readFileSync(join(__dirname, 'generated', name), 'utf8'));
  } finally {
    rmSync(out, { recursive: true });
  }
});
