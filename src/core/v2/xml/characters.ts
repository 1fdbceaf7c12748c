/** Characters that XML 1.0 cannot carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about.
export const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
