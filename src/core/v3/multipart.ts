import { mustBe } from '../../util/options.js';
import { printable } from '../../util/printable.js';

/** By the ending of the name, as WeChat documents them for images and videos. */
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  f4v: 'video/mp4',
  mov: 'video/quicktime',
  mpeg: 'video/mpeg',
  avi: 'video/x-msvideo',
  wmv: 'video/x-ms-wmv',
  mkv: 'video/x-matroska',
  flv: 'video/x-flv',
  pdf: 'application/pdf',
};

/**
 * The name under which a file is sent. It is written into a header, where a quote or a line end would begin another one.
 *
 * @throws {TypeError}
 */
export function checkFilename(filename: unknown): string {
  if (typeof filename === 'string' && /^[^\p{Cc}"\\/]{1,255}$/u.test(filename) && filename.isWellFormed())
    return filename;
  throw mustBe('meta.filename', `the name of the file such as licence.jpg, not ${printable(filename)}`);
}

/** What surrounds the file in an upload. */
export interface Multipart {
  /** The value of `Content-Type`. */
  type: string;
  head: Buffer;
  tail: Buffer;
}

/**
 * The form of an upload: the part `meta`, byte for byte as it is signed, then the file.
 *
 * @param boundary a text that does not occur in the file; 128 random bits do not
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012760432
 */
export function multipart(boundary: string, meta: string, filename: string): Multipart {
  const type = TYPES[/\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="meta"',
    'Content-Type: application/json',
    '',
    meta,
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${filename}"`,
    `Content-Type: ${type}`,
    '',
    '',
  ];
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(head.join('\r\n')),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
