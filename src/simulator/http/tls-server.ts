import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';

/** A key and its certificate, PEM. */
export interface TlsIdentity {
  key: string;
  cert: string;
}

/**
 * A server for TLS whose identity can change at any time. Clients are asked for a certificate and
 * may decline. Connections that began with another identity are closed at their next request, so
 * that nobody goes on with a certificate that is no longer shown.
 */
export function createTlsServer(identity: () => TlsIdentity, listener: RequestListener): Server {
  let shown = identity();
  const began = new WeakMap<Socket, TlsIdentity>();
  const server = createServer(
    { ...shown, requestCert: true, rejectUnauthorized: false },
    (req: IncomingMessage, res) => {
      if (began.get(req.socket) === identity()) listener(req, res);
      else req.socket.destroy();
    },
  );
  // This must run before the handshake begins.
  server.prependListener('connection', () => {
    if (identity() === shown) return;
    shown = identity();
    server.setSecureContext(shown);
    // A resumed session would not look at the certificate.
    server.setTicketKeys(randomBytes(48));
  });
  server.on('secureConnection', (socket) => began.set(socket, shown));
  return server;
}
