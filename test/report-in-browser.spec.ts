import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { syntheticSweep, toHtml } from '@tsarank/report';
import { chromium, type Browser, type Page } from 'playwright-core';

const executable = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));
if (executable === undefined) {
  console.warn(
    'no Chromium (/usr/bin/chromium, or the file that CHROMIUM names): the report page is not opened in a browser',
  );
}

const TEXTS = [
  'body',
  'h1',
  '.lead',
  'nav a',
  'td',
  '.muted',
  'caption',
  'figcaption',
  '.better',
  '.worse',
  'tr.baseline td',
  'thead th',
  '.filter output',
  '.badge',
  'blockquote',
  'tr.group th',
];
/** Which of the texts have a contrast below 4.5:1 to what lies under them (WCAG 2.2); text of a function, for the page to run. */
const POOR_CONTRAST = `(selectors) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => value / 255).map((s) => (s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    if (!element) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? ground(element.parentElement) : colour;
  };
  return selectors.flatMap((selector) => {
    const element = document.querySelector(selector);
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast >= 4.5 ? [] : [selector + ' ' + contrast.toFixed(2)];
  });
}`;

(executable === undefined ? describe.skip : describe)('the report page in a browser', () => {
  let browser: Browser;
  let folder: string;
  let address: string;
  /** What the console said, what went wrong, and what was asked of the network. */
  let complaints: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tsarank-report-'));
    const file = path.join(folder, 'report.html');
    writeFileSync(file, toHtml(syntheticSweep({ seeds: [0, 1, 2] })));
    address = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(
    width: number,
    colorScheme: 'light' | 'dark' = 'light',
    javaScriptEnabled = true,
  ): Promise<Page> {
    complaints = [];
    const page = await browser.newPage({
      viewport: { width, height: 740 },
      colorScheme,
      javaScriptEnabled,
      reducedMotion: 'reduce',
    });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => request.url() === address || complaints.push(`request: ${request.url()}`));
    await page.goto(address);
    return page;
  }

  const visibleRows = (page: Page, table = '#results-table'): Promise<string[]> =>
    page
      .locator(`${table} tbody tr:not(.group):visible th`)
      .evaluateAll((heads) => heads.map((head) => head.getAttribute('data-value') ?? ''));

  it('opens from the disk without a word in the console, and asks nothing of any network', async () => {
    const page = await opened(1280);
    expect(await page.title()).toMatch(/^recipe: /);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('sorts by mouse and by keyboard, best first, then the other way, then as written', async () => {
    const page = await opened(1280);
    const written = await visibleRows(page);
    const head = page.locator('#results-table thead th', { hasText: 'nDCG@10' }).first();
    const values = (): Promise<number[]> =>
      page
        .locator('#results-table tbody:first-of-type tr td:nth-child(2)')
        .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const first = await values();
    expect(first).toEqual([...first].sort((a, b) => b - a));
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await values()).toEqual([...first].reverse());
    await page.keyboard.press('Space');
    expect(await head.getAttribute('aria-sort')).toBeNull();
    expect(await visibleRows(page)).toEqual(written);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#results-table thead th').nth(2).getAttribute('aria-sort')).toBe('descending');
    const runs = page.locator('#runs-table thead th', { hasText: 'Seconds' });
    await runs.getByRole('button').click();
    expect(await runs.getAttribute('aria-sort')).toBe('ascending');
    await page.close();
  });

  it('filters as one types and chooses, counts aloud, and clears', async () => {
    const page = await opened(1280);
    const bar = page.getByRole('search', { name: 'Filter the results' });
    const all = await visibleRows(page);
    await bar.getByLabel('Search').focus();
    await page.keyboard.type('train block');
    expect(await visibleRows(page)).toEqual(['Top block trains', 'Top 3 blocks train']);
    const count = bar.getByRole('status');
    expect(await count.textContent()).toBe(`2 of ${all.length} rows`);
    expect(await count.getAttribute('aria-live')).toBe('polite');
    expect(await page.locator('#results-table tr.group:visible').allInnerTexts()).toEqual(['Trainable layers']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await visibleRows(page)).toEqual(all);
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
    await bar.getByLabel('Kind').selectOption('Losses');
    expect(await visibleRows(page)).toHaveLength(4);
    const runs = page.getByRole('search', { name: 'Filter the runs' });
    await runs.getByLabel('State').selectOption('failed');
    expect(await visibleRows(page, '#runs-table')).toHaveLength(3);
    await page.close();
  });

  it('leads from a number to its run, filtered away or not, and back', async () => {
    const page = await opened(1280);
    await page.getByRole('search', { name: 'Filter the runs' }).getByLabel('Search').fill('nothing like it');
    const value = page.locator('#results-table a.value').first();
    const target = (await value.getAttribute('href'))!;
    await value.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.hash === target);
    const row = page.locator(target);
    await row.waitFor();
    await page.waitForFunction(`document.querySelector('${target}').getBoundingClientRect().top < innerHeight`);
    await row.getByRole('link').first().click();
    expect(new URL(page.url()).hash).toMatch(/^#row-\d+$/);
    await page.close();
  });

  it('opens the queries that moved most by keyboard and from the table of wins', async () => {
    const page = await opened(360);
    const folds = page.locator('.folds details');
    await folds.first().locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await folds.first().locator('blockquote').first().isVisible()).toBe(true);
    const link = page.locator('.wins a').nth(3);
    await link.click();
    const opened4 = page.locator((await link.getAttribute('href'))!);
    await opened4.locator('blockquote').first().waitFor();
    expect(await opened4.getByText('first relevant document').first().isVisible()).toBe(true);
    await page.close();
  });

  it('has a target for every link within it', async () => {
    const page = await opened(1280);
    const targets = await page
      .locator('a[href^="#"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')!.slice(1)));
    const ids = new Set(await page.locator('[id]').evaluateAll((elements) => elements.map((element) => element.id)));
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the results');
    await page.close();
  });

  it.each([360, 1280])('never scrolls sideways at %i px, folds open or not', async (width) => {
    const page = await opened(width);
    await page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));
    const excess = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(excess).toBe(0);
    const small = await page
      .locator('nav a, summary, .filter input, .filter select, .filter button')
      .evaluateAll((targets) =>
        targets.filter((target) => target.getBoundingClientRect().height < 24).map((target) => target.textContent),
      );
    expect(small).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has readable text in the %s scheme', async (scheme) => {
    const page = await opened(1280, scheme);
    const poor = await page.evaluate<string[]>(`(${POOR_CONTRAST})(${JSON.stringify(TEXTS)})`);
    expect(poor).toEqual([]);
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(Number(/\d+/.exec(ground)![0]) < 128).toBe(scheme === 'dark');
    await page.close();
  });

  it('is whole without JavaScript: nothing shows that would do nothing', async () => {
    const page = await opened(1280, 'light', false);
    expect(await page.locator('.filter:visible, th button, .scripted:visible').count()).toBe(0);
    expect(await page.locator('#results-table tbody tr:not(.group)').count()).toBe(15);
    await page.locator('.folds summary').first().click();
    expect(await page.locator('.folds blockquote').first().isVisible()).toBe(true);
    await page.close();
  });
});
