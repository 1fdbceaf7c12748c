import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { binary } from './needs.js';

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: binary('chromium'),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

/** A phone's width. */
export const PHONE = { width: 390, height: 780 };

/** Keeps what a person would see in `artifacts/`, to be looked at. */
export async function keep(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  mkdirSync('artifacts', { recursive: true });
  await page.screenshot({ path: `artifacts/${name}.png`, fullPage, animations: 'disabled' });
}
