import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Request, RequestHandler, Response } from 'express';

interface Document {
  paths: Record<string, Record<string, unknown>>;
}

/** Watches every answer, and finds those that are not as the OpenAPI document says. */
export interface AnswerCheck {
  watch: RequestHandler;
  /** One line for each answer that the document doesn't promise. */
  violations: string[];
}

const escape = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** Errors on paths and methods that the document doesn't know must be problems all the same. */
export function checkAnswers(document: Document): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi.json');
  const paths = Object.keys(document.paths).map(
    (path) => [path, new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)] as const,
  );
  const violations: string[] = [];

  function errorsOf(pointer: string, body: string) {
    const validate = ajv.getSchema(`openapi.json#${pointer}`);
    if (!validate) return `the document has no ${pointer}`;
    return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors);
  }

  function check({ method, path }: Request, response: Response, body: string) {
    const { statusCode: status } = response;
    const [type = ''] = String(response.get('Content-Type')).split(';');
    const known = paths.find(([, pattern]) => pattern.test(path))?.[0] ?? '';
    const operation = document.paths[known]?.[method.toLowerCase()];
    const steps = ['paths', known, method.toLowerCase(), 'responses', `${status}`, 'content', type, 'schema'];
    const promised = operation ? `/${steps.map(escape).join('/')}` : '/components/schemas/Problem';
    const problem = errorsOf(promised, body);
    if (problem) violations.push(`${method} ${path} ${status}: ${problem}`);
  }

  return {
    violations,
    watch: (request, response, next) => {
      const end = response.end.bind(response) as (...given: unknown[]) => Response;
      const watched = (...given: unknown[]) => {
        const [body] = given;
        if (typeof body === 'string' || Buffer.isBuffer(body)) check(request, response, body.toString());
        return end(...given);
      };
      response.end = watched as Response['end'];
      next();
    },
  };
}
