import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Request, RequestHandler, Response } from 'express';

interface Operation {
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, unknown> } | undefined>;
}

interface Document {
  paths: Record<string, Record<string, unknown>>;
}

/** Watches every response, and finds those that are not as the OpenAPI document says. */
export interface ResponseCheck {
  watch: RequestHandler;
  /** One line for each response that the document doesn't describe. */
  violations: string[];
}

const escape = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** Errors on paths and methods that the document doesn't have must be problems all the same. */
export function checkResponses(document: Document): ResponseCheck {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi.json');
  const paths = Object.keys(document.paths).map(
    (path) => [path, new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)] as const,
  );
  const violations: string[] = [];

  function bodyViolations(pointer: string, body: string) {
    const validate = ajv.getSchema(`openapi.json#${pointer}`);
    if (!validate) return [`the document has no ${pointer}`];
    return validate(JSON.parse(body)) ? [] : [ajv.errorsText(validate.errors)];
  }

  /** A success must have every header that is declared; those of problems depend on their code. */
  function missingHeaders(response: Response, headers: object) {
    if (response.statusCode >= 400) return [];
    const missing = Object.keys(headers).filter((name) => response.get(name) === undefined);
    return missing.map((name) => `there is no ${name}`);
  }

  function violationsOf({ method, path }: Request, response: Response, body: string) {
    const [known = ''] = paths.find(([, pattern]) => pattern.test(path)) ?? [];
    const operation = document.paths[known]?.[method.toLowerCase()] as Operation | undefined;
    if (!operation) return body === '' ? [] : bodyViolations('/components/schemas/Problem', body);
    const { statusCode: status } = response;
    const described = operation.responses[status];
    if (!described) return ['the document has no such status'];
    const missing = missingHeaders(response, described.headers ?? {});
    if (body === '') return [...missing, ...(described.content ? ['there is no body'] : [])];
    const [type = ''] = String(response.get('Content-Type')).split(';');
    const steps = ['paths', known, method.toLowerCase(), 'responses', `${status}`, 'content', type, 'schema'];
    return [...missing, ...bodyViolations(`/${steps.map(escape).join('/')}`, body)];
  }

  return {
    violations,
    watch: (request, response, next) => {
      const end = response.end.bind(response) as (...given: unknown[]) => Response;
      const watched = (...given: unknown[]) => {
        const [body] = given;
        const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '';
        for (const violation of violationsOf(request, response, text)) {
          violations.push(`${request.method} ${request.path} ${response.statusCode}: ${violation}`);
        }
        return end(...given);
      };
      response.end = watched as Response['end'];
      next();
    },
  };
}
