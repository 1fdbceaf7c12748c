import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { binary } from './needs.js';

/** A guard against hanging, below that of the tests so that the message says what was waited for. */
const GUARD = 5 * 60_000;

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: binary('chromium'),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    timeout: GUARD,
  });

/** Cookies and pages of their own, which wait as long as a slow machine takes. */
export async function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(GUARD);
  return context;
}

/** A phone's width. */
export const PHONE = { width: 390, height: 780 };

/** Keeps what a person would see in `artifacts/`, to be looked at. */
export async function keep(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  mkdirSync('artifacts', { recursive: true });
  await page.screenshot({ path: `artifacts/${name}.png`, fullPage, animations: 'disabled' });
}
