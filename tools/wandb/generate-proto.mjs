/**
 * `node tools/wandb/generate-proto.mjs [OUT]`: TypeScript of libs/tracking/proto/wandb-log.proto, into
 * libs/tracking/src/lib/wandb/log/generated or the folder OUT. Needs no network: buf and the generator come with `npm ci`.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const bin = join(root, 'node_modules/.bin');
const out = resolve(process.argv[2] ?? join(root, 'libs/tracking/src/lib/wandb/log/generated'));
const template = { version: 'v2', plugins: [{ local: 'protoc-gen-es', out, opt: ['target=ts'] }] };
const { status } = spawnSync(join(bin, 'buf'), ['generate', '--template', JSON.stringify(template), '.'], {
  cwd: join(root, 'libs/tracking/proto'),
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
});
process.exitCode = status ?? 1;
