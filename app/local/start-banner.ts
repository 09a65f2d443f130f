/** What `npm start` says: where things listen, and lines that can be pasted. No password, no secret. */
export function welcome(
  apiUrl: string,
  { docs, local }: { docs: boolean; local?: { cognitoEndpoint: string; dir: string } | undefined },
) {
  const url = apiUrl.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
  const api = `API            ${url}\n${docs ? `Docs           ${url}/docs\n` : ''}`;
  if (!local) return api;
  return `${api}Local Cognito  ${local.cognitoEndpoint}

Try it in another terminal:

  curl -i ${url}/
  npx pizza login regular --password-stdin < ${local.dir}/regular.password
  curl -i -H "Authorization: Bearer $(npx pizza token)" ${url}/

`;
}
