declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface SwaggerRequest {
    url: string;
    headers: Record<string, string>;
  }

  /** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
  export default function SwaggerUIBundle(options: {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    tryItOutEnabled: boolean;
    defaultModelsExpandDepth: number;
    validatorUrl: null;
    plugins: object[];
    requestInterceptor: (request: SwaggerRequest) => Promise<SwaggerRequest>;
  }): unknown;
}
