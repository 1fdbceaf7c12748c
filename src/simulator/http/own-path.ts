/** Whether a path belongs to the simulator's own page and interface, and not to WeChat. */
export const isOwnPath = (path: string): boolean => path === '/' || path.startsWith('/__');
