import { once } from 'node:events';
import express from 'express';
import { Passport } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import { browse, report, setup, statusOf } from './script.js';

const { endpoint, clientId, clientSecret, callbackUrl } = setup;
const passport = new Passport();
const options = {
  authorizationURL: `${endpoint}/oauth2/authorize`,
  tokenURL: `${endpoint}/oauth2/token`,
  clientID: clientId,
  clientSecret,
  callbackURL: callbackUrl,
  scope: ['openid', 'profile'],
  pkce: true,
  state: true,
};
passport.use(
  new OAuth2Strategy(options, (accessToken, refreshToken, { id_token: idToken }, _profile, done) =>
    done(null, { accessToken, idToken, isRenewable: refreshToken !== undefined }),
  ),
);

// One browser, and so one session.
const session = {};
const app = express();
app.use((request, _response, next) => {
  request.session = session;
  next();
});
app.get('/login', passport.authenticate('oauth2', { session: false }));
app.get('/callback', passport.authenticate('oauth2', { session: false }), (request, response) =>
  response.json(request.user),
);
app.use((error, _request, response, _next) => response.status(500).json({ error: error.code ?? error.message }));
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const get = (path) => fetch(`http://127.0.0.1:${server.address().port}${path}`, { redirect: 'manual' });

const login = await get('/login');
const { search, searchParams } = await browse(login.headers.get('location'));
const kept = structuredClone(session);
const restore = () => Object.assign(session, structuredClone(kept));
searchParams.set('state', 'x');
const tampered = await get(`/callback?${searchParams}`);
restore();
const { accessToken, idToken, isRenewable } = await (await get(`/callback${search}`)).json();
restore();
const replayed = await get(`/callback${search}`);
report({
  tampered: tampered.status,
  api: [await statusOf(accessToken), await statusOf(idToken)],
  isRenewable,
  replayed: await replayed.json(),
});
server.close();
server.closeAllConnections();
