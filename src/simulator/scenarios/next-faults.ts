import { z } from 'zod';
import type { ApiFault } from './api-faults.js';
import { checked, optionalProperties } from './check.js';
import type { NotifyFault } from './notify-faults.js';
import { apiFault, notifyFault } from './settings.js';

/** Faults that apply once. */
export interface NextFaults {
  /** For the next attempt to deliver a notification. */
  notify?: NotifyFault;
  /** For the next call of a path, or of any path with `'*'`. */
  api?: Record<string, ApiFault>;
}

/** The schema of `NextFaults`. */
const nextFaults = optionalProperties({
  notify: notifyFault,
  api: z.record(z.string(), apiFault),
}) as z.ZodType<NextFaults>;

/** A fault that waits for the next call of a path. */
export interface NextCall {
  path: string;
  fault: ApiFault;
}

/** The faults that wait for the next delivery attempt, or for the next call of a path. */
export class Armed {
  /** In the order in which they apply. */
  readonly notify: NotifyFault[] = [];
  readonly api: NextCall[] = [];

  /** @throws {TypeError} for an unknown fault or a value of the wrong form */
  add(faults: NextFaults): void {
    const { notify, api = {} } = checked('switches.next', nextFaults, faults);
    if (notify) this.notify.push(notify);
    for (const [path, fault] of Object.entries(api)) this.api.push({ path, fault });
  }

  takeNotify(): NotifyFault | undefined {
    return this.notify.shift();
  }

  takeApi(paths: readonly string[]): ApiFault | undefined {
    const at = this.api.findIndex(({ path }) => paths.includes(path));
    return at < 0 ? undefined : this.api.splice(at, 1)[0]?.fault;
  }

  /** Takes one fault out of everything that waits. */
  drop(kind: 'notify' | 'api', name: string, path?: string): void {
    const waiting = kind === 'notify' ? this.notify : this.api;
    for (let at = waiting.length - 1; at >= 0; at--) {
      const entry = waiting[at] as NotifyFault & Partial<NextCall>;
      if (kind === 'api' && path !== undefined && entry.path !== path) continue;
      const fault = (kind === 'api' ? entry.fault : entry) as Record<string, unknown>;
      delete fault[name];
      if (Object.keys(fault).length === 0) waiting.splice(at, 1);
    }
  }

  clear(): void {
    this.notify.length = 0;
    this.api.length = 0;
  }
}
