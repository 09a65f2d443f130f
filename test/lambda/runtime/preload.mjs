// @ts-expect-error It came with Node 22, and the types are those of the oldest Node supported.
import { registerHooks } from 'node:module';

const nativeClient = {
  url: new URL('native-client.cjs', import.meta.url).href,
  format: 'commonjs',
  shortCircuit: true,
};

// aws-lambda-ric's native addon takes a minute to compile; the few lines beside this file do its work.
registerHooks({
  /** @type {(specifier: string, context: object, next: (specifier: string, context: object) => object) => object} */
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node' ? nativeClient : next(specifier, context),
});
