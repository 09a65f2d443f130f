import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as OTLP has it in JSON, as far as the tests look. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** By name; numbers and text alike. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2 is an error. */
  readonly status: { readonly code?: number };
}

/** A collector of traces on loopback, by OTLP over HTTP. */
export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** All spans so far. */
  readonly spans: Span[];
  /** Each body so far, as it came. */
  readonly bodies: string[];
  /** Answers instead, while set. */
  answer: RequestListener | undefined;
  close(): Promise<void>;
}

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } };
type OtlpSpan = Omit<Span, 'attributes'> & { attributes: Attribute[] };
interface Export {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

export async function startCollector(): Promise<Collector> {
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    collector.bodies.push(body);
    for (const { scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      for (const { attributes, ...span } of scopeSpans.flatMap(({ spans }) => spans)) {
        const entries = attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue] as const);
        collector.spans.push({ ...span, attributes: Object.fromEntries(entries) as Span['attributes'] });
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    if (collector.answer) collector.answer(request, response);
    else void receive(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: Collector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    bodies: [],
    answer: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}
