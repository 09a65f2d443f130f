/** What `npm start` says: where things listen, and lines that can be pasted. No password, no secret. */
export function welcome(apiUrl: string, local?: { cognitoEndpoint: string; dir: string }) {
  const url = apiUrl.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
  if (!local) return `API            ${url}\n`;
  return `API            ${url}
Local Cognito  ${local.cognitoEndpoint}

Try it in another terminal:

  curl -i ${url}/
  npx pizza login regular --password-stdin < ${local.dir}/regular.password
  curl -i -H "Authorization: Bearer $(npx pizza token)" ${url}/

`;
}
