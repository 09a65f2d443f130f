import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { access } from '../../api/access.js';
import { product } from '../../api/product.js';
import { openCognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { usageError, type Exit } from '../failure.js';
import type { AccessReport, ReportFinding } from '../prove/access-report.js';
import { openDeployed, type Deployed } from '../prove/deployed.js';
import { gatewayFindings, originFindings } from '../prove/findings.js';
import { callRoutes, isRead } from '../prove/matrix.js';
import { createObjects, type MadeObjects } from '../prove/objects.js';
import { readProvedRoutes } from '../prove/plan.js';
import { compareReports } from '../prove/report/compare.js';
import { readAccessReport } from '../prove/report/read-report.js';
import { writeReportFiles } from '../prove/report/report-files.js';
import { readSigningKey } from '../prove/report/signature.js';
import { summarize } from '../prove/report/summary.js';
import { printSummary } from '../prove/summary.js';
import { withCallers, type Run } from '../prove/with-callers.js';
import { loadMachines } from '../state/machines.js';

export interface ProveOptions {
  out?: string;
  against?: string;
  key?: string;
  readOnly?: boolean;
}

/** What is proved, and where. */
interface Proof extends ReturnType<typeof readProvedRoutes> {
  readonly context: CommandContext;
  readonly options: ProveOptions;
  readonly deployed: Deployed;
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
  const { document, plan, routes } = readProvedRoutes(dist);
  const deployed = await openDeployed(context);
  const cognito = await openCognito(profile, terminal);
  const proof = { context, options, deployed, document, plan, routes };
  const startedAt = new Date(runtime.now()).toISOString();
  const proved = await withCallers(
    { context, cognito, routes, send: firstSender(deployed).send, again: commandLine('prove') },
    async (run) => {
      const objects = ownedObjects(proof, run);
      run.beforeRemoval(async () => {
        const kept = await objects.remove();
        if (kept.length > 0)
          terminal.say(`No route of the API deletes ${kept.join(', ')}, which were made: they stay.`);
      });
      await objects.make();
      return call(proof, run, objects, startedAt);
    },
  );
  const report = older ? { ...proved, changes: compareReports(older, proved) } : proved;
  const files = out === undefined ? [] : await writeReportFiles(report, resolve(runtime.cwd, out), { signingKey });
  if (terminal.asJson) terminal.json(report);
  else printSummary(report, terminal);
  for (const file of files) terminal.say(`Written: ${file}`);
  return summarize(report).isGood ? 'ok' : 'unexpected';
}

const firstSender = ({ senders: [sender] }: Deployed) => sender;

function ownedObjects(
  { deployed, document, routes, options }: Proof,
  { callers, usernames, journal }: Run,
): MadeObjects {
  return createObjects({
    routes: options.readOnly ? routes.filter(isRead) : routes,
    callers,
    pools: access.document,
    schemas: document.components.schemas,
    send: firstSender(deployed).send,
    newKey: () => `prove-${journal.runId}-${randomUUID()}`,
    record(caller, creation) {
      const username = usernames.get(caller);
      if (username !== undefined) journal.record({ username, ...creation });
    },
  });
}

async function call(proof: Proof, run: Run, objects: MadeObjects, startedAt: string): Promise<AccessReport> {
  const { context, deployed, document, routes, options } = proof;
  const { callers, signal } = run;
  const { profile } = context.profile();
  const { senders, isAccessOn, sha256 } = deployed;
  let count = 0;
  const total = routes.length * callers.length * senders.length;
  const calling = callRoutes({
    routes,
    callers,
    senders,
    schemas: document.components.schemas,
    objects,
    pools: access.document,
    isAccessOn,
    readOnly: options.readOnly ?? false,
    signal,
    conceal: concealing(run),
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
    callers: callers.map(({ name, description }) => ({ name, description })),
    routes: proved,
    findings: [...findingsAtGateway(proof), ...originFindings(proved)],
  };
}

function findingsAtGateway({ context, deployed: { gateway }, plan, routes }: Proof): ReportFinding[] {
  if (!gateway) return [];
  const { profileName, profile } = context.profile();
  const machines = loadMachines({ profileName, profile }, context.runtime);
  const pools = Object.entries(profile.pools).map(([name, { issuer, clientId }]) => {
    const clientIds = machines.filter(({ poolName }) => poolName === name).map((machine) => machine.clientId);
    return [name, { issuer, clientIds: [clientId, ...clientIds] }] as const;
  });
  return gatewayFindings(gateway, { routes, plan, profileName, pools: new Map(pools) });
}

function concealing({ secrets }: Run): (text: string) => string {
  return (text) => secrets.reduce((concealed, secret) => concealed.replaceAll(secret, '***'), text);
}
