import type { IncomingMessage } from 'node:http';

/** A call of AWS's API, as it was sent. */
export interface AwsCall {
  readonly accessKeyId: string;
  readonly region: string;
  /** The name that it was signed for, such as `cognito-idp` or `monitoring`. */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** The operation, in the protocols that have it in the header `X-Amz-Target`. */
  readonly target: string | undefined;
  readonly body: string;
}

const SIGNED = /Credential=(?<accessKeyId>[^/]+)\/\d{8}\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request/;

/** Hands a call over once it has come in whole; calls that are not signed are none of AWS's API. */
export function recordCall(incoming: IncomingMessage, record: (call: AwsCall) => void): void {
  const { accessKeyId, region, service } = SIGNED.exec(incoming.headers.authorization ?? '')?.groups ?? {};
  if (accessKeyId === undefined || region === undefined || service === undefined) return;
  const target = incoming.headers['x-amz-target'];
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () =>
    record({
      accessKeyId,
      region,
      service,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      target: [target].flat()[0],
      body: Buffer.concat(chunks).toString(),
    }),
  );
}
