import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { administer, codeFor, errorOf, report, setup, statusOf, totp } from './script.js';

const { endpoint, userPoolId, clientId, username } = setup;
const [email, newEmail] = [`${username}@example.com`, `${username}@new.example`];
const [password, secondPassword, thirdPassword] = ['F1rst-password', 'S3cond-password', 'Th1rd-password'];
Amplify.configure({
  Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } },
});

const stepOf = async (work) => Object.values((await work).nextStep).find((value) => typeof value === 'string');
const tokensOf = async (options) => (await auth.fetchAuthSession(options)).tokens;
const signInWith = (password) => auth.signIn({ username, password });

async function statuses() {
  const { accessToken, idToken } = await tokensOf();
  return [await statusOf(accessToken), await statusOf(idToken)];
}

async function signUp() {
  const options = { userAttributes: { email }, autoSignIn: true };
  const steps = [await stepOf(auth.signUp({ username, password, options }))];
  const wrongCode = await errorOf(auth.confirmSignUp({ username, confirmationCode: '000000' }));
  await auth.resendSignUpCode({ username });
  steps.push(await stepOf(auth.confirmSignUp({ username, confirmationCode: codeFor(email) })));
  steps.push(await stepOf(auth.autoSignIn()));
  const again = await errorOf(auth.signUp({ username, password }));
  return { steps, wrongCode, again, api: await statuses() };
}

async function signIn() {
  await auth.signOut();
  const wrongPassword = await errorOf(signInWith('Wr0ng-password'));
  const step = await stepOf(signInWith(password));
  return { wrongPassword, step, username: (await auth.getCurrentUser()).username, api: await statuses() };
}

async function refresh() {
  const before = await tokensOf();
  const after = await tokensOf({ forceRefresh: true });
  const isNew = [
    String(before.accessToken) !== String(after.accessToken),
    String(before.idToken) !== String(after.idToken),
  ];
  return { isNew, api: await statuses() };
}

/** The tenant in access token, ID token and the API's answer, before and after an administrator changes the attribute. */
async function claims() {
  const tenants = async (options) => {
    const { accessToken, idToken } = await tokensOf(options);
    const headers = { authorization: `Bearer ${accessToken}` };
    const { claims } = await (await fetch(`${setup.apiUrl}/me`, { headers })).json();
    return [accessToken.payload['custom:tenant'], idToken.payload['custom:tenant'], claims.tenant];
  };
  const user = { UserPoolId: userPoolId, Username: username };
  const UserAttributes = [{ Name: 'custom:tenant', Value: 'acme' }];
  await administer('AdminUpdateUserAttributes', { ...user, UserAttributes });
  const seen = { before: await tenants(), after: await tenants({ forceRefresh: true }) };
  await administer('AdminDeleteUserAttributes', { ...user, UserAttributeNames: ['custom:tenant'] });
  return seen;
}

async function attributes() {
  const changed = await auth.updateUserAttributes({ userAttributes: { email: newEmail, name: 'Ada', locale: 'en' } });
  const steps = Object.entries(changed)
    .map(([name, { nextStep }]) => `${name} ${nextStep.updateAttributeStep}`)
    .sort();
  const confirm = (confirmationCode) => auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode });
  const wrongCode = await errorOf(confirm('000000'));
  await auth.sendUserAttributeVerificationCode({ userAttributeKey: 'email' });
  await confirm(codeFor(newEmail));
  await auth.deleteUserAttributes({ userAttributeKeys: ['locale'] });
  const { sub: _sub, ...stored } = await auth.fetchUserAttributes();
  return { steps, wrongCode, stored };
}

async function passwords() {
  const wrongOld = await errorOf(auth.updatePassword({ oldPassword: 'Wr0ng-password', newPassword: secondPassword }));
  const tooShort = await errorOf(auth.updatePassword({ oldPassword: password, newPassword: 'sh0rt!' }));
  await auth.updatePassword({ oldPassword: password, newPassword: secondPassword });
  await auth.signOut();
  const steps = [await stepOf(auth.resetPassword({ username }))];
  const reset = (confirmationCode) =>
    auth.confirmResetPassword({ username, confirmationCode, newPassword: thirdPassword });
  const wrongCode = await errorOf(reset('000000'));
  await reset(codeFor(newEmail));
  const old = await errorOf(signInWith(secondPassword));
  steps.push(await stepOf(signInWith(thirdPassword)));
  return { wrongOld, tooShort, wrongCode, old, steps };
}

async function secondFactor() {
  const { sharedSecret } = await auth.setUpTOTP();
  const wrongSetUp = await errorOf(auth.verifyTOTPSetup({ code: '000000' }));
  await auth.verifyTOTPSetup({ code: totp(sharedSecret) });
  await auth.updateMFAPreference({ totp: 'PREFERRED' });
  const preference = await auth.fetchMFAPreference();
  await auth.signOut();
  const steps = [await stepOf(signInWith(thirdPassword))];
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: '000000' }));
  steps.push(await stepOf(auth.confirmSignIn({ challengeResponse: totp(sharedSecret, 'next') })));
  await auth.updateMFAPreference({ totp: 'DISABLED' });
  return { wrongSetUp, preference, steps, wrongCode, api: await statuses() };
}

/** Why Cognito describes no user for an access token. */
async function getUserRefusal(AccessToken) {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
  };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ AccessToken }) });
  return (await response.json()).message;
}

async function signOut() {
  const { accessToken } = await tokensOf();
  await auth.signOut({ global: true });
  return { user: await errorOf(auth.getCurrentUser()), token: await getUserRefusal(String(accessToken)) };
}

async function deletion() {
  await signInWith(thirdPassword);
  await auth.deleteUser();
  return { user: await errorOf(signInWith(thirdPassword)) };
}

const found = {};
for (const part of [signUp, signIn, refresh, claims, attributes, passwords, secondFactor, signOut, deletion])
  found[part.name] = await part();
report(found);
// Amplify waits minutes for a confirmation that has come.
process.exit();
