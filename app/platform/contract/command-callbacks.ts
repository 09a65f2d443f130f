/**
 * Where the command listens for a browser that comes back, on the first port that is free. Cognito compares addresses letter
 * for letter, so that the "any port" of RFC 8252 section 7.3 is not to be had; these are below the ports that systems give out.
 */
export const COMMAND_CALLBACK_URLS = [
  'http://127.0.0.1:27631/callback',
  'http://127.0.0.1:27632/callback',
  'http://127.0.0.1:27633/callback',
  'http://127.0.0.1:27634/callback',
] as const;
