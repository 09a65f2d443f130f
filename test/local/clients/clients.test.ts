import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { amplify } from './amplify.suite.js';
import { authCore } from './auth-core.suite.js';
import { awsCli } from './aws-cli.suite.js';
import { awsJwtVerify } from './aws-jwt-verify.suite.js';
import { inBrowser } from './browser.suite.js';
import { cognitoIdentity } from './cognito-identity.suite.js';
import { openidClient } from './openid-client.suite.js';
import { startPageServer, type PageServer } from './page-server.js';
import { passportOauth2 } from './passport-oauth2.suite.js';
import { startRunning, type Running } from './running.js';

// Each client is a process of its own, which takes seconds where the machine has other work.
jest.setTimeout(60_000);

// One npm start serves all of these.
describe('unmodified clients work with the local Cognito', () => {
  let started: Running | undefined;
  let pageServer: PageServer | undefined;

  beforeAll(async () => {
    pageServer = await startPageServer();
    started = await startRunning({ CORS_ORIGINS: pageServer.origin, LOG_LEVEL: 'debug' });
  });
  afterAll(async () => {
    await started?.stop();
    await pageServer?.stop();
  });

  function running() {
    if (!started) throw new Error('Nothing is running');
    return started;
  }

  function pages() {
    if (!pageServer) throw new Error('No page is served');
    return pageServer;
  }

  amplify(running);
  cognitoIdentity(running);
  openidClient(running);
  awsJwtVerify(running);
  authCore(running);
  passportOauth2(running);
  inBrowser(running, pages);
  awsCli(running);
});
