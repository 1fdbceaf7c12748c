import { part, query, request } from '../api/client.js';
import { loadOverview, loadScenarios } from '../state.js';

interface HowOptions {
  value?: unknown;
  path?: string | undefined;
  once?: boolean;
  mchid?: string;
}

/** Turns a scenario on. */
export async function turnOn(name: string, how: HowOptions): Promise<void> {
  await request('PUT', `/scenarios/${part(name)}`, how);
  await loadScenarios();
}

/** Turns a scenario off, with what was going to apply once. */
export async function turnOff(name: string, path?: string): Promise<void> {
  await request('DELETE', `/scenarios/${part(name)}${query({ path })}`);
  await loadScenarios();
}

/** Turns everything off and sets the clock to the real time. */
export async function backToNormal(): Promise<void> {
  await request('POST', '/reset', {});
  await Promise.all([loadScenarios(), loadOverview()]);
}
