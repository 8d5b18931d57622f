import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wheelFor, wheelUrl } from './wheel';

let server: Server;
let base: string;
let requests: IncomingHttpHeaders[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.headers);
    const files = [{ filename: wheelFor('linux', 'x64').fileName, url: '../files/the.whl' }];
    response.end(JSON.stringify({ files }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it("a wheel's address comes from the index's page, relative ones too", async () => {
  expect(await wheelUrl(wheelFor('linux', 'x64'), `${base}/`)).toBe(`${base}/files/the.whl`);
  expect(requests[0]!.accept).toBe('application/vnd.pypi.simple.v1+json');
});

it('an index without the wheel, and none at all, are errors', async () => {
  await expect(wheelUrl({ ...wheelFor('linux', 'x64'), fileName: 'other.whl' }, base)).rejects.toThrow(
    'has no other.whl',
  );
  await expect(wheelUrl(wheelFor('linux', 'x64'), 'http://127.0.0.1:9')).rejects.toThrow(/index can't be read/);
});

it('a platform without a library is named', () => {
  expect(() => wheelFor('sunos', 'sparc')).toThrow(/no TensorFlow library to build against for sunos sparc/);
});
