// @ts-nocheck -- autocannon is the bench's own package, installed by make bench
import autocannon from 'autocannon';

/** A message `{ port, tokens }` -> a second of requests with these tokens in turn -> `{ seconds, answers, statuses }`. */
process.on('message', async ({ port, tokens }) => {
  const requests = tokens.map((token) => ({ method: 'GET', path: '/', headers: { authorization: `Bearer ${token}` } }));
  const result = await autocannon({ url: `http://127.0.0.1:${port}`, connections: 20, duration: 1, requests });
  const statuses = Object.keys(result.statusCodeStats).map(Number);
  process.send({ seconds: result.duration, answers: result['2xx'] + result.non2xx, statuses });
});
process.on('disconnect', () => process.exit());
