import { isIP } from 'node:net';

/** Whether a text is an IPv4 or IPv6 address. */
export const isIpAddress = (text: unknown): text is string => typeof text === 'string' && isIP(text) !== 0;
