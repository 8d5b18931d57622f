import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inventedRows, paperPage, paperTable } from '@tsarank/report';
import { chromium, type Browser, type Page } from 'playwright-core';

const executable = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));
if (executable === undefined) {
  console.warn(
    "no Chromium (/usr/bin/chromium, or the file that CHROMIUM names): the paper's tables are not opened in a browser",
  );
}

(executable === undefined ? describe.skip : describe)("the paper's tables in a browser", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsarank-paper-'));
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(key: 'in-domain' | 'beir-small', width: number): Promise<{ page: Page; complaints: string[] }> {
    const file = path.join(folder, `${key}.html`);
    writeFileSync(file, paperPage(paperTable(key, inventedRows(key, { seeds: 3 }), { experiment: 'invented' })));
    const address = pathToFileURL(file).href;
    const complaints: string[] = [];
    const page = await browser.newPage({ viewport: { width, height: 740 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => request.url() === address || complaints.push(`request: ${request.url()}`));
    await page.goto(address);
    return { page, complaints };
  }

  it.each([
    ['in-domain', 360],
    ['in-domain', 1280],
    ['beir-small', 360],
    ['beir-small', 1280],
  ] as const)('scroll within themselves, never the page: %s at %i px', async (key, width) => {
    const { page, complaints } = await opened(key, width);
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('keep the labels of rows in sight while columns are scrolled', async () => {
    const { page } = await opened('beir-small', 360);
    const label = page.locator('tbody.ours th[scope=row]', { hasText: 'Zero-shot' });
    const before = await label.boundingBox();
    await page.locator('.box').evaluate((box) => box.scrollTo({ left: 400 }));
    expect((await label.boundingBox())!.x).toBeCloseTo(before!.x, 0);
    await page.close();
  });

  it('lead from a letter to its note', async () => {
    const { page } = await opened('in-domain', 1280);
    await page.locator('td .mark a').first().click();
    expect(await page.locator('.marks li:target').innerText()).toContain('The published README');
    await page.close();
  });
});
