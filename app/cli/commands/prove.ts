import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { access } from '../../api/access.js';
import { product } from '../../api/product.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import { readOpenApi, routesOf } from '../calls/routes.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { readPlan, type PlannedRoute } from '../doctor/gateway.js';
import { Failure, usageError, type Exit } from '../failure.js';
import type { AccessReport, ReportFinding } from '../prove/access-report.js';
import { makeCallers, type MadeCallers } from '../prove/callers.js';
import { clearAbandoned, poolsToClear } from '../prove/clearing.js';
import { openDeployed, type Deployed } from '../prove/deployed.js';
import { gatewayFindings, originFindings } from '../prove/findings.js';
import { findAbandoned, startJournal, type Journal } from '../prove/journal.js';
import { callRoutes, isRead } from '../prove/matrix.js';
import { createObjects, type MadeObjects } from '../prove/objects.js';
import { provedRoutes, type ProvedRoute } from '../prove/plan.js';
import { compareReports } from '../prove/report/compare.js';
import { readAccessReport } from '../prove/report/read-report.js';
import { writeReportFiles } from '../prove/report/report-files.js';
import { readSigningKey } from '../prove/report/signature.js';
import { summarize } from '../prove/report/summary.js';
import { printSummary } from '../prove/summary.js';
import { pace, removeTemporary, Temporary } from '../prove/temporary.js';
import { isLoopback } from '../state/hosts.js';
import { loadMachines } from '../state/machines.js';

export interface ProveOptions {
  out?: string;
  against?: string;
  key?: string;
  readOnly?: boolean;
}

/** Everything that a run works with. */
interface Run {
  readonly context: CommandContext;
  readonly options: ProveOptions;
  readonly deployed: Deployed;
  readonly cognito: Cognito;
  readonly document: ReturnType<typeof readOpenApi>;
  readonly plan: readonly PlannedRoute[];
  readonly routes: readonly ProvedRoute[];
  readonly journal: Journal;
  readonly signal: AbortSignal;
}

/**
 * Calls every route as every kind of caller, and compares each answer with what the route's line says. Exit 1 if one differs.
 * Throws `not_built`, `interrupted`, and Failures of Cognito's. What was made for it is removed, also then.
 */
export async function prove(context: CommandContext, options: ProveOptions): Promise<Exit> {
  const { runtime, terminal, dist } = context;
  const { profile } = context.profile();
  const { out, key, against } = options;
  if (key !== undefined && out === undefined)
    throw usageError('--key needs --out.', commandLine('prove', '--out', 'DIRECTORY'));
  const signingKey = key === undefined ? undefined : readSigningKey(resolve(runtime.cwd, key), runtime);
  const older = against === undefined ? undefined : readAccessReport(resolve(runtime.cwd, against));
  const document = readOpenApi(dist);
  const plan = readPlan(dist);
  if (!plan)
    throw new Failure('unexpected', 'not_built', { message: 'There is no dist/gateway.json.', hint: 'npm run build' });
  const routes = provedRoutes(routesOf(document), plan);
  const ending = new AbortController();
  const end = () => ending.abort(interrupted());
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  try {
    const deployed = await openDeployed(context);
    const cognito = await openCognito(profile, terminal);
    if (!isLoopback(new URL(profile.cognitoEndpoint).hostname)) pace(cognito);
    const [{ send }] = deployed.senders as [Deployed['senders'][number]];
    // Nothing is made for an API that is unreachable.
    await send({ method: 'GET', path: '/', headers: {} });
    const abandoned = findAbandoned(profile, runtime, runtime.now());
    await terminal.wait(
      'Removing what earlier runs left',
      clearAbandoned(context, cognito, abandoned, { routes, send }),
    );
    const journal = startJournal(profile, runtime, runtime.now());
    const run = { context, options, deployed, cognito, document, plan, routes, journal, signal: ending.signal };
    const proved = await runOnce(run);
    const report = older ? { ...proved, changes: compareReports(older, proved) } : proved;
    const files = out === undefined ? [] : await writeReportFiles(report, resolve(runtime.cwd, out), { signingKey });
    if (terminal.asJson) terminal.json(report);
    else printSummary(report, terminal);
    for (const file of files) terminal.say(`Written: ${file}`);
    return summarize(report).isGood ? 'ok' : 'unexpected';
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', end);
  }
}

/** Makes the callers, calls, and removes all that was made; what can't be removed the next run finds by the journal. */
async function runOnce(run: Run): Promise<AccessReport> {
  const { context, cognito, journal } = run;
  const startedAt = new Date(context.runtime.now()).toISOString();
  let objects: MadeObjects | undefined;
  try {
    const temporary = new Temporary(cognito, journal.runId);
    const making = makeCallers({ context, cognito, temporary, routes: run.routes, signal: run.signal });
    const made = await context.terminal.wait('Making callers', making);
    objects = ownedObjects(run, made);
    await objects.make();
    return await call(run, made, objects, startedAt);
  } finally {
    await context.terminal.wait('Removing what was made', remove(run, objects));
  }
}

function ownedObjects({ deployed, document, routes, options, journal }: Run, made: MadeCallers): MadeObjects {
  const [{ send }] = deployed.senders as [Deployed['senders'][number]];
  return createObjects({
    routes: options.readOnly ? routes.filter(isRead) : routes,
    callers: made.callers,
    pools: access.document,
    schemas: document.components.schemas,
    send,
    newKey: () => `prove-${journal.runId}-${randomUUID()}`,
    record(caller, creation) {
      const username = made.usernames.get(caller);
      if (username !== undefined) journal.record({ username, ...creation });
    },
  });
}

async function call(run: Run, made: MadeCallers, objects: MadeObjects, startedAt: string): Promise<AccessReport> {
  const { context, deployed, document, routes, options, signal } = run;
  const { profile } = context.profile();
  const { senders, gateway, sha256 } = deployed;
  let count = 0;
  const total = routes.length * made.callers.length * senders.length;
  const calling = callRoutes({
    routes,
    callers: made.callers,
    senders,
    schemas: document.components.schemas,
    objects,
    pools: access.document,
    isAccessOn: gateway?.routes.some(({ AuthorizationType }) => AuthorizationType === 'CUSTOM') ?? false,
    readOnly: options.readOnly ?? false,
    signal,
    conceal: concealing(made),
    onCall() {
      count += 1;
    },
  });
  const proved = await context.terminal.wait(() => `Calling: ${count} of ${total}`, calling);
  return {
    version: 1,
    product: product.name,
    package: { version: document.info.version, sha256 },
    startedAt,
    finishedAt: new Date(context.runtime.now()).toISOString(),
    apiUrl: profile.apiUrl,
    checks: senders.map(({ check }) => check),
    readOnly: options.readOnly ?? false,
    callers: made.callers.map(({ name, description }) => ({ name, description })),
    routes: proved,
    findings: [...findingsAtGateway(run), ...originFindings(proved)],
  };
}

function findingsAtGateway({ context, deployed: { gateway }, plan, routes }: Run): ReportFinding[] {
  if (!gateway) return [];
  const { profileName, profile } = context.profile();
  const machines = loadMachines({ profileName, profile }, context.runtime);
  const pools = Object.entries(profile.pools).map(([name, { issuer, clientId }]) => {
    const clientIds = machines.filter(({ poolName }) => poolName === name).map((machine) => machine.clientId);
    return [name, { issuer, clientIds: [clientId, ...clientIds] }] as const;
  });
  return gatewayFindings(gateway, { routes, plan, profileName, pools: new Map(pools) });
}

/** Objects first, which need their owners; the journal last. */
async function remove({ context, cognito, journal }: Run, objects: MadeObjects | undefined): Promise<void> {
  const kept = (await objects?.remove()) ?? [];
  if (kept.length > 0)
    context.terminal.say(`No route of the API deletes ${kept.join(', ')}, which were made: they stay.`);
  await removeTemporary(cognito, poolsToClear(context), { has: (runId) => runId === journal.runId });
  journal.end();
}

function concealing({ secrets }: MadeCallers): (text: string) => string {
  return (text) => secrets.reduce((concealed, secret) => concealed.replaceAll(secret, '***'), text);
}

function interrupted() {
  const message = 'It was interrupted; what was made for it is removed.';
  return new Failure('interrupted', 'interrupted', { message, hint: `Run it again: ${commandLine('prove')}` });
}
