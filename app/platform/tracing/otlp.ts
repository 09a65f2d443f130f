import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Request, Response } from 'express';
import type { Tracer } from '../http/tracer.js';

/** A collector that takes longer to answer loses the spans. */
const EXPORT_TIMEOUT_MS = 1_000;
/** After a flush that took its whole limit, the next ones are skipped for that long: a dead collector delays few answers. */
const FLUSH_PAUSE_MS = 30_000;

export interface TracerOptions {
  /** The collector's address, without `/v1/traces`. */
  readonly endpoint: string;
  /** `service.name`: the product's, or the function's. */
  readonly serviceName: string;
}

/** A tracer that must be closed. */
export interface OtlpTracer extends Tracer {
  /** Sends what is left, in `limitMs` at most, and ends. */
  close(limitMs: number): Promise<void>;
}

/** Nothing of it comes from a header, a body, a query or a token. */
function endRequest(span: Span, { routeKey, problem, method }: Request, { statusCode }: Response, isAborted: boolean) {
  if (routeKey !== undefined) {
    span.updateName(routeKey);
    span.setAttribute('http.route', routeKey.slice(method.length + 1));
  }
  span.setAttribute('http.response.status_code', statusCode);
  if (problem) span.setAttribute('error.type', problem.code);
  if (statusCode >= 500 || isAborted) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** True when `work` was done in time. */
async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, limitMs, false)));
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/**
 * Sends spans by OTLP over HTTP, as JSON, with the headers of OTEL_EXPORTER_OTLP_HEADERS. Sampled is what the caller's
 * `traceparent` says is; without one, what OTEL_TRACES_SAMPLER says, by default every request.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function createTracer({ endpoint, serviceName }: TracerOptions): OtlpTracer {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer(serviceName);
  const propagator = new W3CTraceContextPropagator();
  const current = new AsyncLocalStorage<Context>();
  let pausedUntilMs = 0;

  function start(name: string, kind: SpanKind, attributes = {}) {
    return tracer.startSpan(name, { kind, attributes }, current.getStore() ?? ROOT_CONTEXT);
  }

  return {
    traceRequest(request, response, next) {
      const context = propagator.extract(ROOT_CONTEXT, request.headers, {
        // Not `tracestate`: that is whatever the caller likes.
        get: ({ traceparent }: Request['headers'], name) => (name === 'traceparent' ? traceparent : undefined),
        keys: Object.keys,
      });
      const { method } = request;
      const attributes = { 'http.request.method': method };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, context);
      request.traceId = span.spanContext().traceId;
      response.once('finish', () => endRequest(span, request, response, false));
      response.once('close', () => {
        if (!response.writableFinished) endRequest(span, request, response, true);
      });
      current.run(trace.setSpan(context, span), next);
    },

    traceMiddleware: (name, middleware) => (request, response, next) => {
      const span = start(name, SpanKind.INTERNAL);
      const end = (error?: unknown) => {
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      };
      const proceed = (error?: unknown) => {
        end(error);
        next(error);
      };
      try {
        return middleware(request, response, proceed);
      } catch (error) {
        end(error);
        throw error;
      }
    },

    async traceCall(service, operation, call) {
      const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation };
      const span = start(`${service}.${operation}`, SpanKind.CLIENT, attributes);
      try {
        return await call();
      } catch (error) {
        span.setAttribute('error.type', (error as Error).name);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },

    async flush(limitMs) {
      if (Date.now() < pausedUntilMs) return;
      if (!(await within(limitMs, provider.forceFlush()))) pausedUntilMs = Date.now() + FLUSH_PAUSE_MS;
    },

    close: async (limitMs) => void (await within(limitMs, provider.shutdown())),
  };
}
