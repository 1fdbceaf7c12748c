import type { SimRequest } from '../http/types.js';

/** The parts of an upload. */
export interface Upload {
  /** The text of the part `meta`, which is what the signature covers. */
  meta: string;
  file?: { name: string; type: string; content: Buffer };
}

/** Reads an upload of media; `undefined` when the request is none, or malformed. */
export async function readUpload({ headers, body }: SimRequest): Promise<Upload | undefined> {
  const type = headers['content-type']?.[0] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return undefined;
  const form = await new Response(body, { headers: { 'Content-Type': type } })
    .formData()
    .catch(() => undefined);
  const meta = await textOf(form?.get('meta'));
  if (meta === undefined) return undefined;
  const file = form?.get('file');
  if (!(file instanceof Blob)) return { meta };
  const content = Buffer.from(await file.arrayBuffer());
  return { meta, file: { name: file.name, type: file.type, content } };
}

/** A client may send `meta` with a file name, as a file. */
const textOf = async (part: string | Blob | null | undefined): Promise<string | undefined> =>
  part instanceof Blob ? part.text() : (part ?? undefined);
