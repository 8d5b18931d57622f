import { InputError } from '@tsarank/io';

/**
 * Where the queue lies: `--redis`, else `TSARANK_REDIS`, else this machine.
 *
 * @throws {InputError} when it is no address of a Redis server.
 */
export function redisUrl(option: string | undefined, environment = process.env['TSARANK_REDIS']): string {
  const url = option ?? (environment || 'redis://127.0.0.1:6379');
  if (/^rediss?:\/\/\S+$/.test(url)) return url;
  throw new InputError({
    field: option === undefined ? 'TSARANK_REDIS' : '--redis',
    found: `"${url}"`,
    expected: 'redis://host:port',
  });
}
