import { z } from 'zod';

/** Forms of values that several lists use. Durations are in milliseconds, amounts in fen. */
export const duration = z.number().min(0);
/** A duration on the real clock: a timer that is waited for. */
export const wait = z.int().min(0).max(600_000);
export const fen = z.int().min(0);
/** A schema for the name of an error, such as `40029` or `-1`. */
export const errcode = z.int();
