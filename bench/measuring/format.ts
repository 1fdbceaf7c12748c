const digits = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

export const microseconds = (nanoseconds: number): string => `${digits(nanoseconds / 1_000)} µs`;
export const milliseconds = (ms: number): string => `${digits(ms)} ms`;
export const seconds = (ms: number): string => `${digits(ms / 1_000)} s`;
export const megabytes = (bytes: number): string => `${digits(bytes / 2 ** 20)} MB`;
export const perSecond = (rate: number): string => `${digits(rate)}/s`;
export const factor = (ratio: number): string => ratio.toFixed(2);
