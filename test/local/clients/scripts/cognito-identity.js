import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import { codeFor, errorOf, report, setup, statusOf, totp } from './script.js';

const { endpoint, userPoolId, clientId, username } = setup;
const [email, newEmail] = [`${username}@example.com`, `${username}@new.example`];
const [password, secondPassword, thirdPassword] = ['F1rst-password', 'S3cond-password', 'Th1rd-password'];
const Pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
const newUser = () => new CognitoUser({ Username: username, Pool });
const attribute = (Name, Value) => new CognitoUserAttribute({ Name, Value });

/** A method that takes a Node callback, as a promise. */
const call = (target, method, ...given) =>
  new Promise((resolve, reject) => {
    target[method](...given, (error, result) => (error ? reject(error) : resolve(result)));
  });

/** A method that takes an object of callbacks, as a promise. */
const callWith = (target, method, ...given) =>
  new Promise((onSuccess, onFailure) => {
    target[method](...given, {
      onSuccess,
      onFailure,
      totpRequired: onSuccess,
      associateSecretCode: onSuccess,
      inputVerificationCode: onSuccess,
    });
  });

/** Signs in by the library's default, SRP; resolves to the session, or to the name of a challenge. */
const signInAs = (user, Password) =>
  callWith(user, 'authenticateUser', new AuthenticationDetails({ Username: username, Password }));

const accessTokenOf = (session) => session.getAccessToken().getJwtToken();
const statusesOf = async (session) => [
  await statusOf(accessTokenOf(session)),
  await statusOf(session.getIdToken().getJwtToken()),
];

let user = newUser();

async function signUp() {
  const signingUp = () => call(Pool, 'signUp', username, password, [attribute('email', email)], null);
  const { userConfirmed, codeDeliveryDetails } = await signingUp();
  const early = await errorOf(signInAs(newUser(), password));
  const wrongCode = await errorOf(call(user, 'confirmRegistration', '000000', false));
  await call(user, 'resendConfirmationCode');
  const confirmed = await call(user, 'confirmRegistration', codeFor(email), false);
  const again = await errorOf(signingUp());
  return { userConfirmed, medium: codeDeliveryDetails.DeliveryMedium, early, wrongCode, confirmed, again };
}

async function signIn() {
  const wrongPassword = await errorOf(signInAs(newUser(), 'Wr0ng-password'));
  return { wrongPassword, api: await statusesOf(await signInAs(user, password)) };
}

async function refresh() {
  const session = user.getSignInUserSession();
  const renewed = await call(user, 'refreshSession', session.getRefreshToken());
  return { isNew: accessTokenOf(renewed) !== accessTokenOf(session), api: await statusesOf(renewed) };
}

async function attributes() {
  await call(user, 'updateAttributes', [
    attribute('email', newEmail),
    attribute('name', 'Ada'),
    attribute('locale', 'en'),
  ]);
  const wrongCode = await errorOf(callWith(user, 'verifyAttribute', 'email', '000000'));
  await callWith(user, 'getAttributeVerificationCode', 'email');
  await callWith(user, 'verifyAttribute', 'email', codeFor(newEmail));
  await call(user, 'deleteAttributes', ['locale']);
  const { sub: _sub, ...stored } = Object.fromEntries(
    (await call(user, 'getUserAttributes')).map(({ Name, Value }) => [Name, Value]),
  );
  return { wrongCode, stored };
}

async function passwords() {
  const wrongOld = await errorOf(call(user, 'changePassword', 'Wr0ng-password', secondPassword));
  const tooShort = await errorOf(call(user, 'changePassword', password, 'sh0rt!'));
  await call(user, 'changePassword', password, secondPassword);
  await callWith(newUser(), 'forgotPassword');
  const wrongCode = await errorOf(callWith(newUser(), 'confirmPassword', '000000', thirdPassword));
  await callWith(newUser(), 'confirmPassword', codeFor(newEmail), thirdPassword);
  const old = await errorOf(signInAs(newUser(), secondPassword));
  user = newUser();
  return { wrongOld, tooShort, wrongCode, old, api: await statusesOf(await signInAs(user, thirdPassword)) };
}

async function secondFactor() {
  const secret = await callWith(user, 'associateSoftwareToken');
  const wrongSetUp = await errorOf(callWith(user, 'verifySoftwareToken', '000000', 'phone'));
  const { Status: verified } = await callWith(user, 'verifySoftwareToken', totp(secret), 'phone');
  await call(user, 'setUserMfaPreference', null, { Enabled: true, PreferredMfa: true });
  user = newUser();
  const challenge = await signInAs(user, thirdPassword);
  const answer = (code) =>
    new Promise((onSuccess, onFailure) => user.sendMFACode(code, { onSuccess, onFailure }, challenge));
  const wrongCode = await errorOf(answer('000000'));
  const api = await statusesOf(await answer(totp(secret, 'next')));
  await call(user, 'setUserMfaPreference', null, { Enabled: false, PreferredMfa: false });
  return { wrongSetUp, verified, challenge, wrongCode, api };
}

async function signOut() {
  const session = user.getSignInUserSession();
  await callWith(user, 'globalSignOut');
  user.setSignInUserSession(session);
  const described = await errorOf(call(user, 'getUserAttributes'));
  const refreshed = await errorOf(call(user, 'refreshSession', session.getRefreshToken()));
  return { described, refreshed };
}

async function deletion() {
  user = newUser();
  await signInAs(user, thirdPassword);
  const deleted = await call(user, 'deleteUser');
  return { deleted, user: await errorOf(signInAs(newUser(), thirdPassword)) };
}

const found = {};
for (const part of [signUp, signIn, refresh, attributes, passwords, secondFactor, signOut, deletion])
  found[part.name] = await part();
report(found);
